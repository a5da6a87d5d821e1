package analyzer

import (
	"go/ast"
	"go/token"
	"go/types"
)

// effects is what the body of a loop does to what is outside of it.
type effects struct {
	*order
	body   *ast.BlockStmt
	loop   ast.Node
	turns  map[types.Object]bool // variables which differ from turn to turn
	inside map[types.Object]bool // all variables of the body itself
	moved  []ast.Expr            // what the body assigns to; for an element, the list or table
	lists  []ast.Expr            // lists from outside that grow, to be sorted afterwards
	adds   bool                  // something is accumulated
	exits  map[string]bool       // the ways out, as written
	breaks bool

	asFunction bool    // the body is a function's: leaving it ends no loop
	effect     *effect // the first that depends on order
}

type effect struct {
	pos  token.Pos
	what string
}

func (o *order) effects(body *ast.BlockStmt, loop ast.Node) *effects {
	e := &effects{
		order: o, body: body, loop: loop, turns: map[types.Object]bool{}, inside: map[types.Object]bool{},
		exits: map[string]bool{},
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			if v, ok := o.info.Defs[n].(*types.Var); ok {
				e.inside[v] = true
				e.turns[v] = true
			}
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				e.moved = append(e.moved, container(l))
			}
		case *ast.IncDecStmt:
			e.moved = append(e.moved, container(n.X))
		}
		return true
	})
	return e
}

func (e *effects) turn(obj types.Object) {
	if obj != nil {
		e.turns[obj] = true
		e.inside[obj] = true
	}
}

func (e *effects) run() {
	ast.Inspect(e.body, e.visit)
	if e.effect == nil && len(e.exits) > 1 {
		e.note(e.body.Pos(), "returns one of several answers, whichever comes first")
	}
	if e.effect == nil && e.breaks && e.adds {
		e.note(e.body.Pos(), "stops with only a part of the entries taken in")
	}
}

func (e *effects) note(pos token.Pos, what string) {
	if e.effect == nil {
		e.effect = &effect{pos, what}
	}
}

func (e *effects) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.AssignStmt:
		e.assign(n)
	case *ast.IncDecStmt:
		e.increment(n)
	case *ast.SendStmt:
		e.note(n.Pos(), "sends on a channel")
	case *ast.ReturnStmt:
		e.leave(n)
	case *ast.BranchStmt:
		if n.Tok == token.BREAK && e.leavesLoop(n) || n.Tok == token.GOTO {
			e.breaks = true
		}
	case *ast.DeferStmt:
		e.note(n.Pos(), "defers a call")
	case *ast.CallExpr:
		e.call(n)
	case *ast.FuncLit:
		return e.runsHere(n)
	}
	return true
}

// runsHere: a literal that the body calls or hands to a function is part of it.
func (e *effects) runsHere(f *ast.FuncLit) bool {
	call, ok := e.parents[f].(*ast.CallExpr)
	return ok && call != nil
}

// container gives the list or table of an element, other expressions as they
// are.
func container(e ast.Expr) ast.Expr {
	if index, ok := ast.Unparen(e).(*ast.IndexExpr); ok {
		return index.X
	}
	return e
}

// dependent says whether an expression may differ from turn to turn.
func (e *effects) dependent(x ast.Node) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && e.turns[e.info.ObjectOf(id)] {
			found = true
		}
		return !found
	})
	return found || e.mentionsMoved(x)
}

// mentionsMoved says whether an expression reads what other turns assign to.
func (e *effects) mentionsMoved(x ast.Node) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		y, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		for _, m := range e.moved {
			if e.sameExpr(y, m) && e.outside(m) {
				found = true
			}
		}
		return !found
	})
	return found
}

// outside says whether assigning to a target changes something outside of the
// body: not a variable of the body, nor what a value of this turn points to.
func (e *effects) outside(target ast.Expr) bool {
	if id, ok := target.(*ast.Ident); ok && id.Name == "_" {
		return false
	}
	root := e.root(target)
	return root != nil && !e.inside[root]
}

// leave judges a return from within the loop.
func (e *effects) leave(n *ast.ReturnStmt) {
	if e.asFunction {
		return
	}
	if f, ok := e.enclosing(n).(*ast.FuncLit); ok && f.Pos() >= e.loop.Pos() {
		if f == e.loop { // the function given to Range
			if len(n.Results) == 1 && !isNamed(n.Results[0], "true") {
				e.breaks = true
			}
		}
		return
	}
	for _, r := range n.Results {
		if e.dependent(r) {
			e.note(n.Pos(), "returns what comes first")
			return
		}
	}
	text := ""
	for _, r := range n.Results {
		text += types.ExprString(r) + ","
	}
	e.exits[text] = true
}

// leavesLoop says whether a break ends the loop itself.
func (e *effects) leavesLoop(n *ast.BranchStmt) bool {
	if n.Label != nil {
		return true
	}
	for p := e.parents[n]; p != nil; p = e.parents[p] {
		switch p.(type) {
		case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
			return p == e.loop
		case *ast.FuncLit:
			return false
		}
	}
	return false
}
