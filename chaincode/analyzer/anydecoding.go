package analyzer

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

const anyText = "numbers of a JSON document become floating point where the target holds any; decode into typed fields, or call UseNumber on a Decoder first"

// anyDecoding reports JSON decoded into something that holds any, other than
// by a decoder on which UseNumber was called.
func (c *checker) anyDecoding() {
	for range 3 { // wrappers around as many
		for _, f := range c.functions {
			for _, call := range calls(f) {
				for _, target := range c.targets(call) {
					c.noteTarget(f, target)
				}
			}
		}
	}
	for _, f := range c.functions {
		for _, call := range calls(f) {
			for _, target := range c.targets(call) {
				if holdsAny(target, nil) {
					c.report(call.Pos(), Float, "%s", anyText)
				}
				c.noteDecoded(f, target)
			}
			fn := calledObject(call.Common())
			if fn == nil {
				continue
			}
			if d := call.Value(); fn.FullName() == "encoding/json.NewDecoder" && !called(d, "UseNumber") && c.decodesAny(d, nil) {
				c.report(call.Pos(), Float, "%s", anyText)
			}
		}
	}
	c.inspect(func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			c.decodingInstance(id)
		}
		return true
	})
}

// targets gives the arguments into which a call decodes JSON.
func (c *checker) targets(call ssa.CallInstruction) []ssa.Value {
	fn, args := calledObject(call.Common()), arguments(call.Common())
	if fn == nil || fn.Pkg() == nil {
		return nil
	}
	if fn.FullName() == "encoding/json.Unmarshal" {
		return args[1:]
	}
	var found []ssa.Value
	if strings.HasPrefix(fn.Pkg().Path()+"/", ours) {
		for _, n := range c.summaryOf(fn).DecodesInto {
			if n < len(args) {
				found = append(found, args[n])
			}
		}
	}
	return found
}

// noteTarget notes that a function decodes into one of its parameters.
func (c *checker) noteTarget(f *ssa.Function, target ssa.Value) {
	fn, ok := f.Object().(*types.Func)
	if !ok {
		return
	}
	for n, p := range f.Params {
		if s := c.summary(fn); p == target && types.IsInterface(p.Type()) && !slices.Contains(s.DecodesInto, n) {
			s.DecodesInto = append(s.DecodesInto, n)
		}
	}
}

// decodesAny follows a decoder to where it decodes into any or gives tokens.
func (c *checker) decodesAny(d ssa.Value, seen map[ssa.Value]bool) bool {
	if seen == nil {
		seen = map[ssa.Value]bool{}
	}
	if seen[d] || d.Referrers() == nil {
		return false
	}
	seen[d] = true
	for _, r := range *d.Referrers() {
		switch r := r.(type) {
		case *ssa.Phi:
			if c.decodesAny(r, seen) {
				return true
			}
		case ssa.CallInstruction:
			fn := calledObject(r.Common())
			args := r.Common().Args
			if fn == nil {
				continue
			}
			switch {
			case fn.FullName() == "(*encoding/json.Decoder).Decode":
				if holdsAny(args[1], nil) {
					return true
				}
			case fn.FullName() == "(*encoding/json.Decoder).Token":
				return true
			default:
				to := callee(r)
				for i, a := range args {
					if a == d && to != nil && i < len(to.Params) && !called(to.Params[i], "UseNumber") && c.decodesAny(to.Params[i], seen) {
						return true
					}
				}
			}
		}
	}
	return false
}

// called says whether a method of that name is called on a value.
func called(v ssa.Value, name string) bool {
	if v == nil || v.Referrers() == nil {
		return false
	}
	for _, r := range *v.Referrers() {
		if call, ok := r.(ssa.CallInstruction); ok {
			if fn := calledObject(call.Common()); fn != nil && fn.Name() == name {
				return true
			}
		}
	}
	return false
}

// noteDecoded notes for the callers of a generic function which of its type
// parameters documents are decoded into.
func (c *checker) noteDecoded(f *ssa.Function, target ssa.Value) {
	fn, ok := f.Object().(*types.Func)
	if !ok || fn.Signature().TypeParams() == nil {
		return
	}
	if m, ok := target.(*ssa.MakeInterface); ok {
		target = m.X
	}
	p, ok := target.Type().Underlying().(*types.Pointer)
	if !ok {
		return
	}
	for i := range fn.Signature().TypeParams().Len() {
		if types.Identical(p.Elem(), fn.Signature().TypeParams().At(i)) {
			s := c.summary(fn)
			s.Decodes = append(s.Decodes, i)
		}
	}
}

func (c *checker) decodingInstance(id *ast.Ident) {
	instance, ok := c.info.Instances[id]
	if !ok {
		return
	}
	fn, ok := c.info.Uses[id].(*types.Func)
	if !ok {
		return
	}
	for _, i := range c.summaryOf(fn.Origin()).Decodes {
		if i < instance.TypeArgs.Len() && containsAny(instance.TypeArgs.At(i), nil) {
			c.report(id.Pos(), Float, "%s", anyText)
		}
	}
}

// holdsAny says whether decoding into v can store a number in an interface.
func holdsAny(v ssa.Value, within []types.Type) bool {
	if m, ok := v.(*ssa.MakeInterface); ok {
		v = m.X
	}
	if p, ok := v.Type().Underlying().(*types.Pointer); ok {
		return containsAny(p.Elem(), within)
	}
	return false
}

func containsAny(t types.Type, within []types.Type) bool {
	for _, w := range within {
		if types.Identical(w, t) {
			return false
		}
	}
	if m, _, _ := types.LookupFieldOrMethod(t, true, nil, "UnmarshalJSON"); m != nil {
		return false
	}
	within = append(within, t)
	switch u := t.Underlying().(type) {
	case *types.Interface:
		_, parameter := types.Unalias(t).(*types.TypeParam)
		return !parameter && u.NumMethods() == 0
	case *types.Pointer:
		return containsAny(u.Elem(), within)
	case *types.Slice:
		return containsAny(u.Elem(), within)
	case *types.Array:
		return containsAny(u.Elem(), within)
	case *types.Map:
		return containsAny(u.Elem(), within)
	case *types.Struct:
		for i := range u.NumFields() {
			if f := u.Field(i); (f.Exported() || f.Embedded()) && containsAny(f.Type(), within) {
				return true
			}
		}
	}
	return false
}
