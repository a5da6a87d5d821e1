package stubtest

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Rule names a rule of the peer.
type Rule string

// The rules. README.md gives the reason of each.
const (
	RuleOneEvent      Rule = "one event a transaction"
	RuleEventName     Rule = "an event has a name"
	RuleOneWrite      Rule = "one write a key"
	RuleEmptyKey      Rule = "no empty key"
	RuleCompositeKey  Rule = "composite keys only"
	RuleEmptyValue    Rule = "no empty value"
	RuleSize          Rule = "no payload over the limit"
	RuleBounded       Rule = "no unbounded query"
	RulePage          Rule = "no page over the limit"
	RuleBookmark      Rule = "a bookmark belongs to its query"
	RulePartialKey    Rule = "a partial key is not a key"
	RuleReadOnlyPages Rule = "pages in read-only transactions only"
	RuleRichQuery     Rule = "no rich query"
	RuleHistory       Rule = "no key history"
	RuleOpenIterator  Rule = "iterators are closed"
	RuleCollection    Rule = "declared collections only"
	RuleTransient     Rule = "private values arrive by transient data"
	RuleLeak          Rule = "private values stay out of the block"
	RuleDeterminism   Rule = "same state, same result"
)

// Violation is one broken rule. Stub methods return it as their error, and the
// transaction is not endorsed whatever the chaincode makes of that error.
type Violation struct {
	Rule   Rule
	Op     string // the shim's method
	Detail string
}

// Error names the rule and the method; it quotes keys and no values.
func (v *Violation) Error() string {
	return fmt.Sprintf("rule broken by %s: %s: %s", v.Op, v.Rule, v.Detail)
}

// broken records a violation and returns it.
func (s *stub) broken(rule Rule, op, format string, args ...any) error {
	v := &Violation{Rule: rule, Op: op, Detail: fmt.Sprintf(format, args...)}
	s.violations = append(s.violations, v)
	return v
}

// checkKey insists on a key as CreateCompositeKey makes them.
func (s *stub) checkKey(op, key string) error {
	if key == "" {
		return s.broken(RuleEmptyKey, op, "the key is empty")
	}
	inner, ok := strings.CutPrefix(key, compositeStart)
	if ok {
		inner, ok = strings.CutSuffix(inner, compositeStart)
	}
	kind, _, _ := strings.Cut(inner, compositeStart)
	if !ok || kind == "" || !utf8.ValidString(inner) || strings.ContainsRune(inner, utf8.MaxRune) {
		return s.broken(RuleCompositeKey, op, "%q is not made by CreateCompositeKey", key)
	}
	return nil
}

// checkSize insists on the limit for one payload.
func (s *stub) checkSize(op, what string, size int) error {
	if limit := s.peer.limits.Payload; size > limit {
		return s.broken(RuleSize, op, "%s has %d bytes, the limit is %d", what, size, limit)
	}
	return nil
}

// checkArguments insists on the limit for what the client sends.
func (s *stub) checkArguments() {
	for i, arg := range s.prop.Args {
		_ = s.checkSize("Invoke", fmt.Sprintf("argument %d", i), len(arg)) // recorded
	}
}
