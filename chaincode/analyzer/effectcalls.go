package analyzer

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
)

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
	case e.builtin(call, "copy"):
		if e.outside(call.Args[0]) && e.dependent(call.Args[1]) {
			e.note(call.Pos(), "copies entries one after the other")
		}
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
				if !isReference(o.info.TypeOf(name)) {
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

// valueCall judges a call of a function value.
func (e *effects) valueCall(call *ast.CallExpr, obj types.Object) {
	if lit := e.literalOf(obj); lit != nil {
		inner := e.order.effects(lit.Body, lit)
		maps.Copy(inner.inside, e.inside) // what it captured of this body
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
	if method, on := e.methodOf(obj); method != nil {
		decl := e.decls[method.Origin()]
		if slices.Contains(ledgerWrites, method.Name()) || decl != nil && e.outside(on) && !e.freeOfOrder(method.Origin(), decl) {
			e.note(call.Pos(), "calls "+method.Name()+", whose effect depends on order")
		}
	}
	if e.isYield(obj) {
		e.note(call.Pos(), "hands entries on")
	}
}

// literalOf gives the function literal that a local variable holds.
func (e *effects) literalOf(obj types.Object) *ast.FuncLit {
	lit, _ := e.assigned(obj).(*ast.FuncLit)
	return lit
}

// methodOf gives the method that a local variable holds, and of what.
func (e *effects) methodOf(obj types.Object) (method *types.Func, on ast.Expr) {
	s, ok := e.assigned(obj).(*ast.SelectorExpr)
	if !ok {
		return nil, nil
	}
	method, _ = e.info.ObjectOf(s.Sel).(*types.Func)
	return method, s.X
}

// assigned gives what was last assigned to a local variable.
func (e *effects) assigned(obj types.Object) ast.Expr {
	var found ast.Expr
	for _, f := range e.files {
		if obj.Pos() < f.FileStart || obj.Pos() > f.FileEnd {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if a, ok := n.(*ast.AssignStmt); ok && len(a.Lhs) == len(a.Rhs) {
				for i, l := range a.Lhs {
					if id, ok := l.(*ast.Ident); ok && e.info.ObjectOf(id) == obj {
						found = ast.Unparen(a.Rhs[i])
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
