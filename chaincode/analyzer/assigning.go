package analyzer

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

func (e *effects) increment(n *ast.IncDecStmt) {
	if !e.outside(n.X) {
		return
	}
	e.adds = true
	if isFloat(e.info.TypeOf(n.X)) {
		e.note(n.Pos(), "adds floating point")
	}
}

func (e *effects) assign(n *ast.AssignStmt) {
	if n.Tok == token.DEFINE {
		return
	}
	for i, target := range n.Lhs {
		if !e.outside(target) {
			continue
		}
		var value ast.Expr
		if len(n.Lhs) == len(n.Rhs) {
			value = n.Rhs[i]
		} else {
			value = n.Rhs[0]
		}
		if n.Tok != token.ASSIGN {
			e.operation(n, target, n.Tok)
			continue
		}
		e.assignOne(n, target, value)
	}
}

// operation judges "target op= value".
func (e *effects) operation(n ast.Node, target ast.Expr, op token.Token) {
	e.adds = true
	t := e.info.TypeOf(target).Underlying()
	b, ok := t.(*types.Basic)
	switch {
	case ok && b.Info()&types.IsString != 0:
		e.note(n.Pos(), "makes a string longer")
	case isFloat(t):
		e.note(n.Pos(), "adds floating point")
	case op == token.QUO_ASSIGN || op == token.REM_ASSIGN || op == token.SHL_ASSIGN || op == token.SHR_ASSIGN:
		e.note(n.Pos(), "computes what depends on order")
	}
}

func (e *effects) assignOne(n *ast.AssignStmt, target, value ast.Expr) {
	if call, ok := ast.Unparen(value).(*ast.CallExpr); ok && e.builtin(call, "append") && len(call.Args) > 0 && e.sameExpr(call.Args[0], target) {
		e.appends(n, target, call)
		return
	}
	if index, ok := ast.Unparen(target).(*ast.IndexExpr); ok {
		e.setElement(n, index, value)
		return
	}
	if !e.dependent(value) {
		return
	}
	if e.accumulates(target, value) || e.guarded(n, target) {
		e.adds = true
		return
	}
	if binary, ok := ast.Unparen(value).(*ast.BinaryExpr); ok && binary.Op == token.ADD && e.isString(target) {
		e.note(n.Pos(), "makes a string longer")
		return
	}
	e.note(n.Pos(), "assigns to a variable outside, so that the last entry wins")
}

func (e *effects) isString(x ast.Expr) bool {
	b, ok := e.info.TypeOf(x).Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// appends: a list that grows by entries must be sorted later. One list of many,
// found under a map key, is as good as sorted only if each turn has its own.
func (e *effects) appends(n ast.Node, target ast.Expr, call *ast.CallExpr) {
	e.adds = true
	constant := !slices.ContainsFunc(call.Args[1:], func(a ast.Expr) bool { return e.dependent(a) })
	if constant {
		return
	}
	if index, ok := ast.Unparen(target).(*ast.IndexExpr); ok {
		if e.ownKey(index.Index) || e.sortsGroups(index.X) {
			return
		}
		e.note(n.Pos(), "appends to one list of several")
		return
	}
	for _, known := range e.lists {
		if e.sameExpr(known, target) {
			return
		}
	}
	e.lists = append(e.lists, target)
}

// ownKey says whether an index is the key of the loop itself, different in each
// turn.
func (e *effects) ownKey(index ast.Expr) bool {
	loop, ok := e.loop.(*ast.RangeStmt)
	if !ok || loop.Key == nil || !isMap(e.info.TypeOf(loop.X)) {
		return false
	}
	key, ok := loop.Key.(*ast.Ident)
	return ok && e.used(index) != nil && e.used(index) == e.info.ObjectOf(key)
}

// setElement: setting entries of another map or array is the same in any order,
// unless what is set depends on how many were set before.
func (e *effects) setElement(n ast.Node, index *ast.IndexExpr, value ast.Expr) {
	e.adds = true
	_, table := e.info.TypeOf(index.X).Underlying().(*types.Map)
	switch {
	case !e.dependent(value) && !e.mentionsMoved(index.Index):
	case table && e.ownEntry(index, value):
	case table && e.mentionsMoved(value):
		e.note(n.Pos(), "gives entries what depends on those before")
	case !e.dependent(index.Index):
		e.note(n.Pos(), "sets one element again and again, so that the last entry wins")
	case !table && e.mentionsMoved(index.Index):
		e.lists = append(e.lists, index.X)
	}
}

// ownEntry allows an entry to be computed from itself, such as m[k] = m[k] + v
// or m[k] = min(m[k], v).
func (e *effects) ownEntry(index *ast.IndexExpr, value ast.Expr) bool {
	return e.accumulates(index, value)
}

// accumulates recognises x = x + v, max(x, v), x || v and the like, which come
// to the same in any order.
func (e *effects) accumulates(target, value ast.Expr) bool {
	switch v := ast.Unparen(value).(type) {
	case *ast.CallExpr:
		return e.builtin(v, "min", "max") && !isFloat(e.info.TypeOf(target)) &&
			slices.ContainsFunc(v.Args, func(a ast.Expr) bool { return e.sameExpr(a, target) })
	case *ast.BinaryExpr:
		switch v.Op {
		case token.ADD, token.MUL, token.AND, token.OR, token.XOR, token.LAND, token.LOR:
		default:
			return v.Op == token.SUB && e.sameExpr(v.X, target) && !e.mentions(v.Y, target)
		}
		if isFloat(e.info.TypeOf(target)) || e.isString(target) {
			return false
		}
		return e.sameExpr(v.X, target) && !e.mentions(v.Y, target) || e.sameExpr(v.Y, target) && !e.mentions(v.X, target)
	}
	return false
}

func (e *effects) mentions(x, target ast.Expr) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		if y, ok := n.(ast.Expr); ok && e.sameExpr(y, target) {
			found = true
		}
		return !found
	})
	return found
}

// guarded says whether an assignment stands under a comparison of its target,
// as in "if v > most { most = v }": the greatest is the same in any order.
func (e *effects) guarded(n ast.Node, target ast.Expr) bool {
	for p := e.parents[n]; p != nil && p != e.body; p = e.parents[p] {
		condition, ok := p.(*ast.IfStmt)
		if !ok {
			continue
		}
		compared := false
		ast.Inspect(condition.Cond, func(m ast.Node) bool {
			switch m := m.(type) {
			case *ast.BinaryExpr:
				switch m.Op {
				case token.LSS, token.GTR, token.LEQ, token.GEQ:
					compared = compared || e.sameExpr(m.X, target) || e.sameExpr(m.Y, target)
				}
			case *ast.CallExpr: // a.Before(b), compare(a, b) < 0
				compared = compared || slices.ContainsFunc(m.Args, func(a ast.Expr) bool { return e.sameExpr(a, target) })
			}
			return !compared
		})
		if compared {
			return true
		}
	}
	return false
}
