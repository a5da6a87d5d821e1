package analyzer

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// effects is what the body of a loop does to what is outside of it.
type effects struct {
	*order
	body   *ast.BlockStmt
	loop   ast.Node
	turns  map[types.Object]bool // variables which differ from turn to turn
	inside map[types.Object]bool // all variables of the body itself
	moved  map[types.Object]bool // variables from outside that the body assigns to
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
		moved: map[types.Object]bool{}, exits: map[string]bool{},
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
				if root := o.root(l); root != nil {
					e.moved[root] = true
				}
			}
		case *ast.IncDecStmt:
			if root := o.root(n.X); root != nil {
				e.moved[root] = true
			}
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

// dependent says whether an expression may differ from turn to turn.
func (e *effects) dependent(x ast.Node) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if obj := e.info.ObjectOf(id); e.turns[obj] || e.moved[obj] && !e.inside[obj] {
				found = true
			}
		}
		return !found
	})
	return found
}

func (e *effects) mentionsMoved(x ast.Expr) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if obj := e.info.ObjectOf(id); e.moved[obj] && !e.inside[obj] {
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

var ledgerWrites = []string{
	"PutState", "DelState", "SetEvent", "PutPrivateData", "DelPrivateData", "PurgePrivateData", "InvokeChaincode",
	"SetStateValidationParameter", "SetPrivateDataValidationParameter",
}

// call judges a call in the body by what it can do to something outside.
func (e *effects) call(call *ast.CallExpr) {
	if e.info.Types[call.Fun].IsType() {
		return
	}
	obj := e.used(call.Fun)
	fn, named := obj.(*types.Func)
	switch {
	case named && fn.Signature().Recv() != nil && slices.Contains(ledgerWrites, fn.Name()):
		e.note(call.Pos(), "calls "+fn.Name())
	case named && fn.Pkg() != nil && e.tells(fn):
		e.note(call.Pos(), "calls "+fn.Name())
	case named && e.grows(call, fn):
		e.note(call.Pos(), "calls "+fn.Name()+" on something outside")
	case named:
		e.ownCall(call, fn)
	case obj != nil:
		e.valueCall(call, obj)
	}
}

// tells says whether a function prints or logs.
func (e *effects) tells(fn *types.Func) bool {
	switch fn.Pkg().Path() {
	case "fmt":
		return strings.HasPrefix(fn.Name(), "Print") || strings.HasPrefix(fn.Name(), "Fprint")
	case "log", "log/slog":
		return true
	case "io":
		return fn.Name() == "WriteString" || fn.Name() == "Copy"
	}
	return false
}

// grows says whether a call of another module's method changes a receiver that
// is outside.
func (e *effects) grows(call *ast.CallExpr, fn *types.Func) bool {
	if fn.Signature().Recv() == nil || fn.Pkg() != nil && strings.HasPrefix(fn.Pkg().Path()+"/", ours) {
		return false
	}
	s, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || !e.outside(s.X) {
		return false
	}
	return slices.ContainsFunc(writingMethods, func(p string) bool { return strings.HasPrefix(fn.Name(), p) })
}

// ownCall: a function of this package is judged by its own body, with what it
// is given taken as outside; of another package of ours by whether it writes.
func (e *effects) ownCall(call *ast.CallExpr, fn *types.Func) {
	fn = fn.Origin()
	if fn.Pkg() == nil || !strings.HasPrefix(fn.Pkg().Path()+"/", ours) {
		return
	}
	decl := e.decls[fn]
	if decl == nil {
		for _, i := range e.summaryOf(fn).Mutates {
			if a := e.argument(call, fn, i); a != nil && e.outside(a) {
				e.note(call.Pos(), "calls "+fn.Name()+", which changes something outside")
			}
		}
		return
	}
	if !e.givenOutside(call, fn) {
		return
	}
	if !e.freeOfOrder(fn, decl) {
		e.note(call.Pos(), "calls "+fn.Name()+", whose effect depends on order")
	}
}

// argument gives the n-th argument of a call, the receiver first.
func (e *effects) argument(call *ast.CallExpr, fn *types.Func, n int) ast.Expr {
	if fn.Signature().Recv() != nil {
		if n == 0 {
			if s, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
				return s.X
			}
			return nil
		}
		n--
	}
	if n < len(call.Args) {
		return call.Args[n]
	}
	return nil
}

// givenOutside says whether a call hands over anything that leads outside.
func (e *effects) givenOutside(call *ast.CallExpr, fn *types.Func) bool {
	for i := range len(call.Args) + 1 {
		a := e.argument(call, fn, i)
		if a == nil {
			continue
		}
		if u, ok := ast.Unparen(a).(*ast.UnaryExpr); ok && u.Op == token.AND {
			a = u.X
		}
		if e.outside(a) {
			return true
		}
	}
	return false
}

// freeOfOrder says whether calling a function for several things has the same
// effect in whatever order.
func (o *order) freeOfOrder(fn *types.Func, decl *ast.FuncDecl) bool {
	if known, ok := o.orderFree[fn]; ok {
		return known
	}
	o.orderFree[fn] = true // while it is being found out
	e := o.effects(decl.Body, decl)
	given := map[types.Object]bool{}
	for _, list := range []*ast.FieldList{decl.Recv, decl.Type.Params} {
		if list == nil {
			continue
		}
		for _, field := range list.List {
			for _, name := range field.Names {
				given[o.info.Defs[name]] = true
				if !leadsOn(o.info.TypeOf(name)) {
					e.turn(o.info.Defs[name])
				} else {
					e.turns[o.info.Defs[name]] = true
				}
			}
		}
	}
	if decl.Type.Results != nil {
		for _, field := range decl.Type.Results.List {
			for _, name := range field.Names {
				e.turn(o.info.Defs[name])
			}
		}
	}
	e.asFunction = true
	e.run()
	free := e.effect == nil && len(e.lists) == 0
	o.orderFree[fn] = free
	return free
}

// leadsOn says whether a parameter's type lets a function change something of
// its caller's.
func leadsOn(t types.Type) bool { return isReference(t) }

// valueCall judges a call of a function value.
func (e *effects) valueCall(call *ast.CallExpr, obj types.Object) {
	if lit := e.literalOf(obj); lit != nil {
		inner := e.order.effects(lit.Body, lit)
		for _, field := range lit.Type.Params.List {
			for _, name := range field.Names {
				inner.turn(e.info.Defs[name])
			}
		}
		inner.asFunction = true
		inner.run()
		if inner.effect != nil {
			e.note(call.Pos(), "calls "+obj.Name()+", which "+inner.effect.what)
		}
		e.lists = append(e.lists, inner.lists...)
		return
	}
	if e.isYield(obj) {
		e.note(call.Pos(), "hands entries on")
	}
}

// literalOf gives the function literal that a local variable always holds.
func (e *effects) literalOf(obj types.Object) *ast.FuncLit {
	var found *ast.FuncLit
	for _, f := range e.files {
		if obj.Pos() < f.FileStart || obj.Pos() > f.FileEnd {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if a, ok := n.(*ast.AssignStmt); ok && len(a.Lhs) == len(a.Rhs) {
				for i, l := range a.Lhs {
					if id, ok := l.(*ast.Ident); ok && e.info.ObjectOf(id) == obj {
						found, _ = a.Rhs[i].(*ast.FuncLit)
					}
				}
			}
			return true
		})
	}
	return found
}

// isYield says whether a variable is the one parameter of an iterator function.
func (e *effects) isYield(obj types.Object) bool {
	sig, ok := obj.Type().Underlying().(*types.Signature)
	if !ok || sig.Results().Len() != 1 {
		return false
	}
	var params *ast.FieldList
	switch f := e.enclosing(e.loop).(type) {
	case *ast.FuncDecl:
		params = f.Type.Params
	case *ast.FuncLit:
		params = f.Type.Params
	}
	return params != nil && len(params.List) == 1 && len(params.List[0].Names) == 1 && e.info.Defs[params.List[0].Names[0]] == obj
}
