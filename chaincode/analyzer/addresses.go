package analyzer

import (
	"go/ast"
	"go/constant"
	"go/types"
	"strings"
)

const addressText = "prints where something lies in memory, which differs on each peer; print what it holds"

// formatAt is the place of the format among a fmt function's arguments; the
// others print their operands as %v does, from the given place on.
var (
	formatAt  = map[string]int{"Sprintf": 0, "Printf": 0, "Errorf": 0, "Fprintf": 1, "Appendf": 1}
	operandAt = map[string]int{"Sprint": 0, "Sprintln": 0, "Print": 0, "Println": 0, "Fprint": 1, "Fprintln": 1, "Append": 1, "Appendln": 1}
)

// addresses reports memory addresses that become text or numbers, and floating
// point asked for by a format.
func (c *checker) addresses() {
	c.inspect(func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if c.info.Types[call.Fun].IsType() {
			c.addressAsNumber(call)
			return true
		}
		fn, ok := c.used(call.Fun).(*types.Func)
		if !ok || fn.Pkg() == nil || fn.Pkg().Path() != "fmt" {
			return true
		}
		if at, ok := formatAt[fn.Name()]; ok && at < len(call.Args) {
			c.formatted(call, at)
		} else if at, ok := operandAt[fn.Name()]; ok && at < len(call.Args) {
			for _, arg := range call.Args[at:] {
				c.printed(arg, 'v')
			}
		}
		return true
	})
}

func (c *checker) addressAsNumber(call *ast.CallExpr) {
	to, ok := c.info.TypeOf(call.Fun).Underlying().(*types.Basic)
	if !ok || to.Kind() != types.Uintptr || len(call.Args) != 1 {
		return
	}
	if from, ok := c.info.TypeOf(call.Args[0]).Underlying().(*types.Basic); ok && from.Kind() == types.UnsafePointer {
		c.report(call.Pos(), Random, "a memory address differs on each peer; use what lies there")
	}
}

func (c *checker) formatted(call *ast.CallExpr, at int) {
	format := c.info.Types[call.Args[at]].Value
	if format == nil || format.Kind() != constant.String {
		return
	}
	operands := call.Args[at+1:]
	if call.Ellipsis.IsValid() {
		operands = nil
	}
	for i, verb := range verbs(constant.StringVal(format)) {
		switch {
		case verb == 'p':
			c.report(call.Pos(), Random, "%%p %s", addressText)
		case strings.ContainsRune("eEfFgG", verb):
			c.report(call.Pos(), Float, "%%%c formats floating point; %s", verb, floatRemedy)
		case i < len(operands):
			c.printed(operands[i], verb)
		}
	}
}

// verbs gives the verb of each operand in order; '*' stands for a width taken
// from an operand.
func verbs(format string) []rune {
	var found []rune
	for {
		_, rest, ok := strings.Cut(format, "%")
		if !ok {
			return found
		}
		end := strings.IndexFunc(rest, func(r rune) bool { return !strings.ContainsRune("+-# 0123456789.*[]", r) })
		if end < 0 {
			return found
		}
		for range strings.Count(rest[:end], "*") {
			found = append(found, '*')
		}
		verb := []rune(rest[end:])[0]
		if verb != '%' {
			found = append(found, verb)
		}
		format = rest[end+len(string(verb)):]
	}
}

func (c *checker) printed(operand ast.Expr, verb rune) {
	if !strings.ContainsRune("vdxXs", verb) {
		return
	}
	if t := c.info.TypeOf(operand); t != nil && showsAddress(t, true, nil) {
		c.report(operand.Pos(), Random, "printing a %s %s", types.TypeString(t, types.RelativeTo(c.pass.Pkg)), addressText)
	}
}

// showsAddress follows the rules of %v: only a pointer at the top shows what it
// points to, and a type may print itself.
func showsAddress(t types.Type, top bool, within []types.Type) bool {
	for _, w := range within {
		if types.Identical(w, t) {
			return false
		}
	}
	for _, name := range []string{"Error", "String", "Format"} {
		if m, _, _ := types.LookupFieldOrMethod(t, false, nil, name); m != nil {
			if _, ok := m.(*types.Func); ok {
				return false
			}
		}
	}
	within = append(within, t)
	switch u := t.Underlying().(type) {
	case *types.Chan, *types.Signature:
		return true
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	case *types.Pointer:
		switch u.Elem().Underlying().(type) {
		case *types.Struct, *types.Slice, *types.Array, *types.Map:
			return !top || showsAddress(u.Elem(), false, within)
		}
		return true
	case *types.Slice:
		return showsAddress(u.Elem(), false, within)
	case *types.Array:
		return showsAddress(u.Elem(), false, within)
	case *types.Map:
		return showsAddress(u.Key(), false, within) || showsAddress(u.Elem(), false, within)
	case *types.Struct:
		for i := range u.NumFields() {
			if showsAddress(u.Field(i).Type(), false, within) {
				return true
			}
		}
	}
	return false
}
