package analyzer

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
)

// reaches is the fact that using an object of ours leads to something that a
// rule is against: for each rule, what and where.
type reaches struct{ Rules map[Rule]string }

func (*reaches) AFact()         {}
func (*reaches) String() string { return "reaches" }

// exportReaches tells the packages that import this one which of its objects
// lead to a finding, be it through other objects of the package.
func (c *checker) exportReaches() {
	known := map[types.Object]map[Rule]string{}
	uses := map[types.Object][]types.Object{}
	for obj, decl := range c.declarations() {
		known[obj] = c.foundIn(decl)
		uses[obj] = c.usedIn(decl)
	}
	inOrder := slices.SortedFunc(maps.Keys(uses), func(a, b types.Object) int { return cmp.Compare(a.Pos(), b.Pos()) })
	for changed := true; changed; {
		changed = false
		for _, obj := range inOrder {
			for _, u := range uses[obj] {
				for rule, text := range known[u] {
					if _, ok := known[obj][rule]; !ok {
						known[obj][rule] = text
						changed = true
					}
				}
			}
		}
	}
	for obj, rules := range known {
		if len(rules) > 0 && obj.Name() != "init" && obj.Name() != "_" {
			c.pass.ExportObjectFact(obj, &reaches{rules})
		}
	}
}

// declarations gives the functions and variables of the package.
func (c *checker) declarations() map[types.Object]ast.Node {
	found := map[types.Object]ast.Node{}
	for fn, decl := range c.decls {
		found[fn] = decl
	}
	for _, f := range c.files {
		for _, d := range f.Decls {
			gen, ok := d.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				continue
			}
			for _, spec := range gen.Specs {
				for _, name := range spec.(*ast.ValueSpec).Names {
					found[c.info.Defs[name]] = spec
				}
			}
		}
	}
	return found
}

// foundIn gives what was found within a declaration. Private values have
// summaries instead, and comments concern nobody else.
func (c *checker) foundIn(decl ast.Node) map[Rule]string {
	rules := map[Rule]string{}
	for _, f := range c.found {
		if f.rule != Private && f.rule != Allow && decl.Pos() <= f.pos && f.pos < decl.End() {
			rules[f.rule] = c.place(f.pos) + ": " + f.text
		}
	}
	return rules
}

// usedIn gives the objects of this package that a declaration mentions.
func (c *checker) usedIn(decl ast.Node) []types.Object {
	var found []types.Object
	ast.Inspect(decl, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		used := c.info.Uses[id]
		if used == nil || used.Pkg() != c.pass.Pkg {
			return true
		}
		if fn, ok := used.(*types.Func); ok {
			used = fn.Origin()
		}
		found = append(found, used)
		return true
	})
	return found
}
