package analyzer

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// ties names the numbers by which alone a call sorts a list; "" when it compares
// anything else too, or nothing that is known here. Entries that have such a
// number in common stay in the order that they came in. Text is taken for
// something that tells entries apart, and so is what was made of the map's key.
func (o *order) ties(sort ast.Node, loop ast.Node) string {
	call, ok := sort.(*ast.CallExpr)
	if !ok || len(call.Args) < 2 {
		return ""
	}
	less, ok := ast.Unparen(call.Args[len(call.Args)-1]).(*ast.FuncLit)
	if !ok || len(less.Body.List) != 1 {
		return ""
	}
	result, ok := less.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(result.Results) != 1 {
		return ""
	}
	var names []string
	for _, one := range o.comparisons(result.Results[0]) {
		field := o.comparedField(one)
		if field == nil || !isNumber(field.Type()) || o.madeOfKey(field, loop) {
			return ""
		}
		if !slices.Contains(names, field.Name()) {
			names = append(names, field.Name())
		}
	}
	return strings.Join(names, " and ")
}

// comparisons takes apart what compares by one thing after the other.
func (o *order) comparisons(e ast.Expr) []ast.Expr {
	switch e := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		if o.calls(e, "cmp.Or") {
			var all []ast.Expr
			for _, a := range e.Args {
				all = append(all, o.comparisons(a)...)
			}
			return all
		}
	case *ast.UnaryExpr: // the greatest first
		return o.comparisons(e.X)
	}
	return []ast.Expr{e}
}

// comparedField gives the field by which two entries are compared, nil for what
// is something else.
func (o *order) comparedField(e ast.Expr) *types.Var {
	var sides []ast.Expr
	switch e := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		if o.calls(e, "cmp.Compare", "cmp.Less") {
			sides = e.Args
		}
	case *ast.BinaryExpr:
		sides = []ast.Expr{e.X, e.Y}
	}
	if len(sides) != 2 {
		return nil
	}
	left, right := o.fieldOf(sides[0]), o.fieldOf(sides[1])
	if left == nil || left != right {
		return nil
	}
	return left
}

func (o *order) fieldOf(e ast.Expr) *types.Var {
	s, ok := ast.Unparen(e).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	v, _ := o.used(s).(*types.Var)
	if v == nil || !v.IsField() {
		return nil
	}
	return v
}

// madeOfKey says whether a loop over a map fills a field with its key, which no
// two entries share.
func (o *order) madeOfKey(field *types.Var, loop ast.Node) bool {
	ranged, ok := loop.(*ast.RangeStmt)
	if !ok {
		return false
	}
	key, ok := ranged.Key.(*ast.Ident)
	if !ok {
		return false
	}
	holds := func(e ast.Expr) bool {
		id, ok := ast.Unparen(e).(*ast.Ident)
		return ok && o.info.ObjectOf(id) == o.info.ObjectOf(key)
	}
	found := false
	ast.Inspect(ranged.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			name, ok := n.Key.(*ast.Ident)
			found = found || ok && o.info.ObjectOf(name) == field && holds(n.Value)
		case *ast.CompositeLit:
			s, ok := o.info.TypeOf(n).Underlying().(*types.Struct)
			for i, e := range n.Elts {
				if _, named := e.(*ast.KeyValueExpr); ok && !named && i < s.NumFields() {
					found = found || s.Field(i) == field && holds(e)
				}
			}
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				found = found || len(n.Lhs) == len(n.Rhs) && o.fieldOf(l) == field && holds(n.Rhs[i])
			}
		}
		return !found
	})
	return found
}
