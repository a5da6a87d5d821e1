package analyzer

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// forbiddenNames reports every mention of a banned name, called or not, so that
// aliases, method values and tables of functions hide nothing, and every
// mention of an object in another package of ours that leads to one.
func (c *checker) forbiddenNames() {
	c.inspect(func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			c.mention(n)
		case *ast.CallExpr:
			c.verifyCall(n)
			c.calledByName(n)
		case *ast.File:
			c.linknames(n)
		}
		return true
	})
	c.interfaceValues()
	c.localTimes()
}

func (c *checker) mention(id *ast.Ident) {
	obj := c.info.Uses[id]
	if obj == nil {
		return
	}
	if fn, ok := obj.(*types.Func); ok {
		obj = fn.Origin()
	}
	if b, ok := banned(obj); ok {
		c.report(id.Pos(), b.rule, "%s", b.text)
	}
	c.reached(id.Pos(), obj)
}

func (c *checker) reached(pos token.Pos, obj types.Object) {
	if obj.Pkg() == nil || obj.Pkg() == c.pass.Pkg || !strings.HasPrefix(obj.Pkg().Path()+"/", ours) {
		return
	}
	var r reaches
	if !c.pass.ImportObjectFact(obj, &r) {
		return
	}
	for _, rule := range Rules() {
		if text, ok := r.Rules[rule]; ok {
			c.report(pos, rule, "%s.%s leads to this: %s", obj.Pkg().Name(), qualified(obj), text)
		}
	}
}

// interfaceValues looks at what is put behind an interface: its methods are
// then called without being named.
func (c *checker) interfaceValues() {
	for _, f := range c.functions {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				if m, ok := i.(*ssa.MakeInterface); ok {
					c.methodsBehind(m)
				}
			}
		}
	}
}

func (c *checker) methodsBehind(m *ssa.MakeInterface) {
	iface, ok := m.Type().Underlying().(*types.Interface)
	if !ok {
		return
	}
	for i := range iface.NumMethods() {
		found, _, _ := types.LookupFieldOrMethod(m.X.Type(), true, nil, iface.Method(i).Name())
		if fn, ok := found.(*types.Func); ok {
			c.reached(position(m), fn.Origin())
		}
	}
}

// position finds the place in the source of a value that has none itself.
func position(v ssa.Value) token.Pos {
	if v.Pos().IsValid() {
		return v.Pos()
	}
	if m, ok := v.(*ssa.MakeInterface); ok && m.X.Pos().IsValid() {
		return m.X.Pos()
	}
	if refs := v.Referrers(); refs != nil {
		for _, r := range *refs {
			if r.Pos().IsValid() {
				return r.Pos()
			}
		}
	}
	if i, ok := v.(ssa.Instruction); ok {
		for _, other := range i.Block().Instrs {
			if other.Pos().IsValid() {
				return other.Pos()
			}
		}
		return i.Parent().Pos()
	}
	return token.NoPos
}

// linknames reports directives that reach into other packages unseen.
func (c *checker) linknames(f *ast.File) {
	for _, group := range f.Comments {
		for _, comment := range group.List {
			if strings.HasPrefix(comment.Text, "//go:linkname ") {
				c.report(comment.Pos(), Environment, "go:linkname calls what the compiler does not check; use the exported name")
			}
		}
	}
}

// verifyCall reports x509 verification at the peer's time.
func (c *checker) verifyCall(call *ast.CallExpr) {
	fn, ok := c.used(call.Fun).(*types.Func)
	if !ok || fn.FullName() != "(*crypto/x509.Certificate).Verify" || len(call.Args) != 1 {
		return
	}
	options, ok := ast.Unparen(call.Args[0]).(*ast.CompositeLit)
	if !ok {
		return
	}
	for _, e := range options.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok && isNamed(kv.Key, "CurrentTime") {
			return
		}
	}
	c.report(call.Pos(), Clock, "Verify without CurrentTime judges by the peer's clock; set CurrentTime from GetTxTimestamp")
}

// calledByName finds what a method leads to that reflection is asked for by a
// name in the source. Of which type it is may not be known, so every type of
// another package of ours that has such a method is meant.
func (c *checker) calledByName(call *ast.CallExpr) {
	if !c.calls(call, "(reflect.Value).MethodByName", "(reflect.Type).MethodByName") || len(call.Args) != 1 {
		return
	}
	name := c.info.Types[call.Args[0]].Value
	if name == nil || name.Kind() != constant.String {
		return
	}
	for _, pkg := range c.pass.Pkg.Imports() {
		if !strings.HasPrefix(pkg.Path()+"/", ours) {
			continue
		}
		for _, in := range pkg.Scope().Names() {
			t, ok := pkg.Scope().Lookup(in).(*types.TypeName)
			if !ok {
				continue
			}
			found, _, _ := types.LookupFieldOrMethod(t.Type(), true, pkg, constant.StringVal(name))
			if fn, ok := found.(*types.Func); ok {
				c.reached(call.Pos(), fn.Origin())
			}
		}
	}
}

func isNamed(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

// used gives what an expression names, be it qualified or instantiated.
func (c *checker) used(e ast.Expr) types.Object {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return c.info.ObjectOf(e)
	case *ast.SelectorExpr:
		return c.info.ObjectOf(e.Sel)
	case *ast.IndexExpr:
		return c.used(e.X)
	case *ast.IndexListExpr:
		return c.used(e.X)
	}
	return nil
}

// zoneFree are the methods of time.Time whose result the zone does not change.
var zoneFree = map[string]bool{
	"UTC": true, "In": true, "Unix": true, "UnixMilli": true, "UnixMicro": true, "UnixNano": true, "Sub": true,
	"Before": true, "After": true, "Equal": true, "Compare": true, "IsZero": true, "Nanosecond": true,
}

// localTimes reports times made of seconds, which are in the machine's zone,
// when they are shown or taken apart without UTC.
func (c *checker) localTimes() {
	for _, f := range c.functions {
		for _, call := range calls(f) {
			fn := calledObject(call.Common())
			value := call.Value()
			if fn == nil || value == nil || fn.Pkg() == nil || fn.Pkg().Path() != "time" {
				continue
			}
			if name := fn.FullName(); name != "time.Unix" && name != "time.UnixMilli" && name != "time.UnixMicro" {
				continue
			}
			for _, r := range *value.Referrers() {
				use, ok := r.(ssa.CallInstruction)
				if !ok {
					continue
				}
				if m := calledObject(use.Common()); m != nil && strings.HasPrefix(m.FullName(), "(time.Time).") && !zoneFree[m.Name()] {
					c.report(call.Pos(), Environment, "a time made of seconds is in the machine's zone; call UTC on it first")
				}
			}
		}
	}
}
