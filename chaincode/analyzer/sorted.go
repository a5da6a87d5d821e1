package analyzer

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// mustSort reports a list that took on a map's order, unless the first thing
// that needs an order is sorting it.
func (o *order) mustSort(list ast.Expr, at ast.Node, pos token.Pos) {
	around := o.enclosing(at)
	if around == nil {
		o.report(pos, "a package variable takes on a map's order")
		return
	}
	for _, use := range o.usesAfter(list, around, at.End()) {
		switch o.judge(use, at) {
		case neutral:
			continue
		case sorting:
			if keys := o.ties(o.parents[use], at); keys != "" {
				o.report(pos, "the list "+types.ExprString(list)+" takes on a map's order and is sorted by "+keys+" alone, which several may share")
			}
			return
		case handing:
			o.handedOut(use, pos)
			return
		}
		o.report(pos, "the list "+types.ExprString(list)+" takes on a map's order and is used before it is sorted")
		return
	}
	if o.outlasts(list, around) {
		o.report(pos, "the list "+types.ExprString(list)+" takes on a map's order and is never sorted")
	}
}

type judgement int

const (
	needing judgement = iota // depends on order
	neutral
	sorting
	handing // returned to the caller
)

// usesAfter gives where an expression is written again within a function, in
// the order of the source.
func (o *order) usesAfter(list ast.Expr, within ast.Node, after token.Pos) []ast.Expr {
	var found []ast.Expr
	ast.Inspect(within, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok || e.Pos() < after || !o.sameExpr(e, list) {
			return true
		}
		found = append(found, e)
		return false
	})
	return found
}

func (o *order) judge(use ast.Expr, from ast.Node) judgement {
	switch parent := o.parents[use].(type) {
	case *ast.CallExpr:
		return o.judgeCall(parent, use, from)
	case *ast.AssignStmt:
		if slices.Contains(parent.Lhs, use) {
			return neutral
		}
	case *ast.BinaryExpr:
		return neutral // comparing with nil
	case *ast.ReturnStmt:
		return handing
	case *ast.RangeStmt:
		return o.judgeRange(parent, use)
	}
	return needing
}

func (o *order) judgeCall(call *ast.CallExpr, use ast.Expr, from ast.Node) judgement {
	switch {
	case o.sorts(call, use):
		if o.always(call, from) {
			return sorting
		}
		return neutral
	case o.builtin(call, "len", "cap", "clear"), o.calls(call, "slices.Contains", "slices.Max", "slices.Min"):
		return neutral
	case o.calls(call, "slices.Sorted", "slices.SortedFunc"):
		return neutral
	case o.calls(call, "slices.Values"):
		if outer, ok := o.parents[call].(*ast.CallExpr); ok && o.calls(outer, "slices.Sorted", "slices.SortedFunc", "slices.SortedStableFunc") {
			return neutral
		}
	case o.builtin(call, "append") && call.Args[0] == use:
		if a, ok := o.parents[call].(*ast.AssignStmt); ok && len(a.Lhs) == 1 && o.sameExpr(a.Lhs[0], use) {
			return neutral
		}
	case o.builtin(call, "append"), o.calls(call, "slices.Concat", "slices.Clone"):
		if a, ok := o.parents[call].(*ast.AssignStmt); ok && len(a.Lhs) == 1 {
			quiet := &order{checker: o.checker, quiet: true}
			if quiet.isSorted(a.Lhs[0], a) {
				return neutral
			}
		}
	}
	return needing
}

// isSorted says whether a list is sorted before it is used otherwise.
func (o *order) isSorted(list ast.Expr, at ast.Node) bool {
	for _, use := range o.usesAfter(list, o.enclosing(at), at.End()) {
		switch o.judge(use, at) {
		case neutral:
			continue
		case sorting:
			return true
		}
		return false
	}
	return false
}

// judgeRange: a loop over the list is judged like one over the map.
func (o *order) judgeRange(loop *ast.RangeStmt, use ast.Expr) judgement {
	if loop.X != use {
		return needing
	}
	if loop.Key == nil {
		return neutral
	}
	e := o.effects(loop.Body, loop)
	for _, v := range []ast.Expr{loop.Key, loop.Value} {
		if id, ok := v.(*ast.Ident); ok {
			e.turn(o.info.ObjectOf(id))
		}
	}
	e.run()
	if e.effect != nil {
		return needing
	}
	for _, list := range e.lists {
		if !o.isSorted(list, loop) {
			return needing
		}
	}
	return neutral
}

// sorts says whether a call puts its argument in order.
func (o *order) sorts(call *ast.CallExpr, arg ast.Expr) bool {
	first := len(call.Args) > 0 && call.Args[0] == arg
	if first && o.calls(call, "sort.Strings", "sort.Ints", "sort.Float64s", "sort.Sort", "sort.Stable", "sort.Slice", "sort.SliceStable",
		"slices.Sort", "slices.SortFunc", "slices.SortStableFunc") {
		return true
	}
	if o.info.Types[call.Fun].IsType() { // sort.Sort(byName(list))
		outer, ok := o.parents[call].(*ast.CallExpr)
		return ok && o.sorts(outer, call)
	}
	fn, ok := o.used(call.Fun).(*types.Func)
	if !ok {
		return false
	}
	for i, a := range call.Args {
		if a != arg {
			continue
		}
		n := i
		if fn.Signature().Recv() != nil {
			n++
		}
		return slices.Contains(o.summaryOf(fn.Origin()).Sorts, n)
	}
	return false
}

// always says whether a call is made whenever the code after from is run, or
// under a condition on a length alone.
func (o *order) always(call ast.Node, from ast.Node) bool {
	for p, child := o.parents[call], call; p != nil; p, child = o.parents[p], p {
		if p.Pos() <= from.Pos() && from.End() <= p.End() {
			return true
		}
		switch p := p.(type) {
		case *ast.IfStmt:
			if child != p.Init && child != p.Cond && !o.aboutLength(p.Cond) {
				return false
			}
		case *ast.CaseClause, *ast.CommClause, *ast.ForStmt, *ast.RangeStmt, *ast.FuncLit:
			return false
		}
	}
	return true
}

func (o *order) aboutLength(cond ast.Expr) bool {
	b, ok := ast.Unparen(cond).(*ast.BinaryExpr)
	if !ok {
		return false
	}
	for _, side := range []ast.Expr{b.X, b.Y} {
		if call, ok := side.(*ast.CallExpr); ok && o.builtin(call, "len") {
			return true
		}
	}
	return false
}

// sorters notes which functions sort a parameter before anything else.
func (c *checker) sorters() {
	o := &order{checker: c, quiet: true}
	for fn, decl := range c.decls {
		n := 0
		if decl.Recv != nil {
			n = 1
		}
		for _, field := range decl.Type.Params.List {
			for _, name := range field.Names {
				if _, ok := c.info.TypeOf(name).Underlying().(*types.Slice); ok && o.sortsFirst(name, decl) {
					c.summary(fn).Sorts = append(c.summary(fn).Sorts, n)
				}
				n++
			}
		}
	}
}

func (o *order) sortsFirst(param *ast.Ident, decl *ast.FuncDecl) bool {
	for _, use := range o.usesAfter(param, decl.Body, decl.Body.Pos()) {
		switch o.judge(use, param) {
		case neutral:
			continue
		case sorting:
			return o.always(o.parents[use], decl.Name)
		}
		return false
	}
	return false
}

// outlasts says whether a list can be seen when the function has ended, other
// than by a return that names it.
func (o *order) outlasts(list ast.Expr, within ast.Node) bool {
	obj := o.root(list)
	if obj == nil {
		return true
	}
	if obj.Pos() < within.Pos() || obj.Pos() > within.End() {
		return true
	}
	var kind *ast.FuncType
	var recv *ast.FieldList
	switch f := within.(type) {
	case *ast.FuncDecl:
		kind, recv = f.Type, f.Recv
	case *ast.FuncLit:
		kind = f.Type
	}
	for _, fields := range []*ast.FieldList{kind.Results, recv, kind.Params} {
		if fields == nil || obj.Pos() < fields.Pos() || obj.Pos() > fields.End() {
			continue
		}
		_, plain := list.(*ast.Ident)
		return fields == kind.Results || !plain
	}
	return false
}

// sortsGroups says whether, later in the function, a loop over a map of lists
// sorts each of them.
func (e *effects) sortsGroups(groups ast.Expr) bool {
	around := e.enclosing(e.loop)
	found := false
	ast.Inspect(around, func(n ast.Node) bool {
		loop, ok := n.(*ast.RangeStmt)
		if !ok || loop.Pos() < e.loop.End() || !e.sameExpr(loop.X, groups) {
			return true
		}
		ast.Inspect(loop.Body, func(m ast.Node) bool {
			if call, ok := m.(*ast.CallExpr); ok && len(call.Args) > 0 && e.sorts(call, call.Args[0]) {
				found = true
			}
			return !found
		})
		return false
	})
	return found
}
