package analyzer

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// allowance is one "//ccvet:allow RULE reason" comment. It stands at the end of
// the line it concerns, or on a line of its own above it. One of
// Private says that what goes through its line is fit to be seen by everybody.
type allowance struct {
	pos    token.Pos
	rule   Rule
	file   string
	line   int // the line it concerns
	reason string
	used   bool
}

const allowMark = "//ccvet:allow"

// applyAllows takes out what a comment with a reason allows, and reports the
// comments that allow nothing.
func (c *checker) applyAllows() {
	c.found = slices.DeleteFunc(c.found, func(f finding) bool {
		p := c.pass.Fset.Position(f.pos)
		for _, a := range c.allowances {
			if a.rule == f.rule && a.file == p.Filename && a.line == p.Line {
				a.used = true
				return a.reason != ""
			}
		}
		return false
	})
	for _, a := range c.allowances {
		switch {
		case !slices.Contains(Rules(), a.rule) || a.rule == Allow:
			c.report(a.pos, Allow, "there is no rule %q: name one of the rules that the README lists", a.rule)
		case a.reason == "":
			c.report(a.pos, Allow, "no reason is given for allowing %s: say after the rule why this is safe", a.rule)
		case !a.used:
			c.report(a.pos, Allow, "nothing here breaks the rule %s: remove the comment", a.rule)
		}
	}
}

func (c *checker) readAllowances() []*allowance {
	var list []*allowance
	for _, f := range c.files {
		code := c.codeLines(f)
		for _, group := range f.Comments {
			for _, comment := range group.List {
				rest, ok := strings.CutPrefix(comment.Text, allowMark)
				if !ok || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
					continue
				}
				rule, reason, _ := strings.Cut(strings.TrimSpace(rest), " ")
				p := c.pass.Fset.Position(comment.Pos())
				a := &allowance{pos: comment.Pos(), rule: Rule(rule), file: p.Filename, line: p.Line, reason: strings.TrimSpace(reason)}
				for !code[a.line] && a.line < p.Line+10 {
					a.line++
				}
				list = append(list, a)
			}
		}
	}
	return list
}

// codeLines are the lines on which something other than a comment begins.
func (c *checker) codeLines(f *ast.File) map[int]bool {
	lines := map[int]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n.(type) {
		case nil, *ast.Comment, *ast.CommentGroup:
			return false
		case *ast.File:
			return true
		}
		lines[c.pass.Fset.Position(n.Pos()).Line] = true
		return true
	})
	return lines
}
