package analyzer

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

const orderRemedy = "sort the keys first, for example by ranging over slices.Sorted(maps.Keys(m))"

// mapOrder reports where the order in which Go gives a map's entries, different
// each time, reaches something that depends on order.
func (c *checker) mapOrder() {
	c.parents = map[ast.Node]ast.Node{}
	for _, f := range c.files {
		var stack []ast.Node
		ast.Inspect(f, func(n ast.Node) bool {
			if n == nil {
				stack = stack[:len(stack)-1]
				return true
			}
			if len(stack) > 0 {
				c.parents[n] = stack[len(stack)-1]
			}
			stack = append(stack, n)
			return true
		})
	}
	c.orderFree = map[*types.Func]bool{}
	c.sorters()
	for range 3 { // lists handed out through as many functions
		c.unorderedUses(false)
	}
	c.unorderedUses(true)
}

// unorderedUses looks at every place where entries of a map come in no order.
// Without reporting it only notes which functions hand out unordered lists.
func (c *checker) unorderedUses(report bool) {
	o := &order{checker: c, quiet: !report}
	c.inspect(func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.RangeStmt:
			if t := c.info.TypeOf(n.X); t != nil && isMap(t) {
				o.loop(n)
			}
		case *ast.ForStmt:
			if call, ok := n.Cond.(*ast.CallExpr); ok && c.calls(call, "(*reflect.MapIter).Next") {
				o.iterator(n, call)
			}
		case *ast.CallExpr:
			if o.source(n) {
				o.follow(n, n.Pos())
			}
			if c.calls(n, "(*sync.Map).Range") && len(n.Args) == 1 {
				if f, ok := n.Args[0].(*ast.FuncLit); ok {
					o.body(f.Body, f, f.Pos(), f.Type.Params)
				}
			}
		}
		return true
	})
}

// isMap says whether ranging over a type ranges over a map.
func isMap(t types.Type) bool {
	if p, ok := types.Unalias(t).(*types.TypeParam); ok {
		u, ok := p.Constraint().Underlying().(*types.Interface)
		if !ok {
			return false
		}
		for i := range u.NumEmbeddeds() {
			e := u.EmbeddedType(i)
			if union, ok := e.(*types.Union); ok && union.Len() > 0 {
				e = union.Term(0).Type()
			}
			if isMap(e) {
				return true
			}
		}
		return false
	}
	_, ok := t.Underlying().(*types.Map)
	return ok
}

// calls says whether a call is of the function with a full name.
func (c *checker) calls(call *ast.CallExpr, names ...string) bool {
	fn, ok := c.used(call.Fun).(*types.Func)
	return ok && slices.Contains(names, fn.Origin().FullName())
}

// order looks for effects of a map's order.
type order struct {
	*checker
	quiet bool
}

func (o *order) report(pos token.Pos, what string) {
	if !o.quiet {
		o.checker.report(pos, MapOrder, "%s, in an order that differs each time; %s", what, orderRemedy)
	}
}

// source says whether a call gives keys or values in a map's order.
func (o *order) source(call *ast.CallExpr) bool {
	if o.calls(call, "maps.Keys", "maps.Values", "maps.All", "(reflect.Value).MapKeys", "(reflect.Value).Seq", "(reflect.Value).Seq2") {
		return true
	}
	fn, ok := o.used(call.Fun).(*types.Func)
	return ok && o.summaryOf(fn.Origin()).Unordered
}

// follow goes from an expression without order to what is done with it. Pos is
// where to report.
func (o *order) follow(e ast.Expr, pos token.Pos) {
	switch parent := o.parents[e].(type) {
	case *ast.ParenExpr:
		o.follow(parent, pos)
	case *ast.CallExpr:
		o.passed(parent, e, pos)
	case *ast.RangeStmt:
		if parent.X == e {
			o.loop(parent)
		}
	case *ast.AssignStmt:
		for i, r := range parent.Rhs {
			if r == e && i < len(parent.Lhs) {
				o.kept(parent.Lhs[i], parent, pos)
			}
		}
	case *ast.ValueSpec:
		for i, r := range parent.Values {
			if r == e {
				o.kept(parent.Names[i], parent, pos)
			}
		}
	case *ast.ReturnStmt:
		o.handedOut(parent, pos)
	case *ast.ExprStmt:
	case *ast.SelectorExpr: // a method of what reflection gives
	default:
		o.report(pos, "a map's entries are used")
	}
}

// passed: some functions make order, some do not need it, some keep it as it is.
func (o *order) passed(call *ast.CallExpr, e ast.Expr, pos token.Pos) {
	if keys := o.ties(call, call); keys != "" {
		o.report(pos, "a map's entries are sorted by "+keys+" alone, which several may share")
		return
	}
	if o.calls(call, "slices.Sorted", "slices.SortedFunc", "slices.SortedStableFunc", "maps.Collect", "maps.Insert",
		"slices.Contains", "slices.Max", "slices.Min") || o.builtin(call, "len", "cap", "clear") || o.sorts(call, e) {
		return
	}
	if o.calls(call, "slices.Collect", "slices.AppendSeq", "slices.Values", "slices.Clone", "slices.Clip", "slices.Grow", "slices.Concat") {
		o.follow(call, pos)
		return
	}
	if o.builtin(call, "append") {
		o.follow(call, pos)
		return
	}
	o.report(pos, "a map's entries are handed on")
}

func (o *order) builtin(call *ast.CallExpr, names ...string) bool {
	b, ok := o.used(call.Fun).(*types.Builtin)
	return ok && slices.Contains(names, b.Name())
}

// kept: a variable that holds a sequence is followed wherever it is used, one
// that holds a list must be sorted first.
func (o *order) kept(to ast.Expr, at ast.Node, pos token.Pos) {
	if id, ok := to.(*ast.Ident); ok && id.Name == "_" {
		return
	}
	if _, ok := o.info.TypeOf(to).Underlying().(*types.Signature); ok {
		obj := o.used(to)
		for id, used := range o.info.Uses {
			if used == obj && id != to {
				o.follow(id, id.Pos())
			}
		}
		return
	}
	o.mustSort(to, at, pos)
}

// handedOut: what an unexported function returns is its callers' to sort.
func (o *order) handedOut(at ast.Node, pos token.Pos) {
	switch f := o.enclosing(at).(type) {
	case *ast.FuncDecl:
		if fn := o.info.Defs[f.Name].(*types.Func); !f.Name.IsExported() && !o.valueUses[fn] {
			o.summary(fn).Unordered = true
			return
		}
	}
	o.report(pos, "a list of a map's entries is returned")
}

// enclosing gives the function around a node.
func (o *order) enclosing(n ast.Node) ast.Node {
	for p := o.parents[n]; p != nil; p = o.parents[p] {
		switch p.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			return p
		}
	}
	return nil
}

// loop looks at a loop over entries without order.
func (o *order) loop(loop *ast.RangeStmt) {
	if unseen(loop.Key) && unseen(loop.Value) {
		return // it only counts
	}
	vars := &ast.FieldList{}
	for _, v := range []ast.Expr{loop.Key, loop.Value} {
		if id, ok := v.(*ast.Ident); ok {
			vars.List = append(vars.List, &ast.Field{Names: []*ast.Ident{id}})
		}
	}
	o.body(loop.Body, loop, loop.Pos(), vars)
}

// unseen says whether a loop's variable is absent.
func unseen(v ast.Expr) bool { return v == nil || isNamed(v, "_") }

// iterator looks at a loop of the form "for it.Next()".
func (o *order) iterator(loop *ast.ForStmt, next *ast.CallExpr) {
	vars := &ast.FieldList{}
	if s, ok := next.Fun.(*ast.SelectorExpr); ok {
		if id, ok := s.X.(*ast.Ident); ok {
			vars.List = append(vars.List, &ast.Field{Names: []*ast.Ident{id}})
		}
	}
	o.body(loop.Body, loop, loop.Pos(), vars)
}

// body reports the first effect of a loop's body that depends on order.
func (o *order) body(body *ast.BlockStmt, loop ast.Node, pos token.Pos, vars *ast.FieldList) {
	e := o.effects(body, loop)
	for _, field := range vars.List {
		for _, name := range field.Names {
			e.turn(o.info.ObjectOf(name))
		}
	}
	e.run()
	if e.effect != nil {
		o.report(pos, fmt.Sprintf("the loop goes over a map and, in line %d, %s", o.pass.Fset.Position(e.effect.pos).Line, e.effect.what))
		return
	}
	for _, list := range e.lists {
		o.mustSort(list, loop, pos)
	}
}
