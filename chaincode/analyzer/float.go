package analyzer

import (
	"go/ast"
	"go/types"
)

// floats reports floating point types where they are written, variables that
// are of one without saying so, and expressions that compute with them.
// Constants are exact and not reported.
func (c *checker) floats() {
	named := map[ast.Node]bool{} // to tell floats from others is no computation
	c.inspect(func(n ast.Node) bool {
		if clause, ok := n.(*ast.CaseClause); ok {
			for _, e := range clause.List {
				named[e] = c.info.Types[e].IsType()
			}
		}
		if named[n] {
			return false
		}
		c.float(n)
		return true
	})
}

func (c *checker) float(n ast.Node) {
	const computes = "computes with floating point"
	switch n := n.(type) {
	case *ast.Ident:
		switch obj := c.info.ObjectOf(n).(type) {
		case *types.TypeName:
			if obj.Pkg() == nil && isFloat(obj.Type()) {
				c.report(n.Pos(), Float, "%s is floating point, whose results and text forms differ between programs; %s", obj.Name(), floatRemedy)
			}
		case *types.Var:
			if c.info.Defs[n] != nil && isFloat(obj.Type()) {
				c.report(n.Pos(), Float, "%s is floating point; %s", n.Name, floatRemedy)
			}
		}
	case *ast.SelectorExpr:
		if v, ok := c.info.ObjectOf(n.Sel).(*types.Var); ok && isFloat(v.Type()) {
			c.report(n.Pos(), Float, "%s is floating point; %s", n.Sel.Name, floatRemedy)
		}
	case *ast.BinaryExpr:
		if c.computedFloat(n) || c.computedFloat(n.X) {
			c.report(n.Pos(), Float, "this %s; %s", computes, floatRemedy)
		}
	case *ast.CallExpr:
		if c.computedFloat(n) {
			c.report(n.Pos(), Float, "this %s; %s", computes, floatRemedy)
		}
	}
}

// computedFloat says whether an expression gives floating point, alone or among
// several results, and is not a constant.
func (c *checker) computedFloat(e ast.Expr) bool {
	tv := c.info.Types[e]
	if tv.Value != nil || tv.Type == nil || tv.IsType() {
		return false
	}
	if tuple, ok := tv.Type.(*types.Tuple); ok {
		for i := range tuple.Len() {
			if isFloat(tuple.At(i).Type()) {
				return true
			}
		}
		return false
	}
	return isFloat(tv.Type)
}

func isFloat(t types.Type) bool {
	if _, ok := t.(*types.TypeParam); ok {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&(types.IsFloat|types.IsComplex) != 0
}
