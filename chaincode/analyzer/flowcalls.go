package analyzer

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// call takes values through a call.
func (t *tracker) call(call ssa.CallInstruction) {
	common := call.Common()
	value := call.Value()
	args := arguments(common)
	if b, ok := common.Value.(*ssa.Builtin); ok {
		t.builtin(value, b.Name(), args)
		return
	}
	t.literals(call, args)
	fn := calledObject(common)
	switch {
	case fn == nil:
		t.unknownCall(call, args)
		return
	case fn.Pkg() == nil: // the text of an error
		t.setResult(value, 0, whole, t.all(args[0]).within(false))
		return
	case isSource(fn) != nil:
		t.setResult(value, 0, whole, isSource(fn))
		if fn.Name() == "GetFunctionAndParameters" {
			t.setResult(value, 1, whole, isSource(fn))
		}
		return
	}
	if into, from := sinkOf(fn); into != "" {
		for _, a := range told(fn, args[min(from, len(args)):]) {
			t.sink(call, a, into)
		}
		if into != inState && into != inEvent {
			t.passOn(call, fn, args) // slog.With gives a logger that holds its fields
		}
		return
	}
	switch {
	case strings.HasPrefix(fn.Pkg().Path()+"/", ours):
		t.ownCall(call, fn, args)
	default:
		t.otherCall(call, fn, args)
	}
}

// unknownCall: a function value is one of those of its type that this package
// uses as values. If there is none, it may give back what it was given.
func (t *tracker) unknownCall(call ssa.CallInstruction, args []ssa.Value) {
	if t.literalBehind(call.Common().Value) != nil {
		return
	}
	value := call.Value()
	candidates := t.functionValues(call.Common().Signature())
	for _, f := range candidates {
		if f.Parent() != nil {
			for n, a := range args {
				t.same(f.Params[n], a)
			}
			if value != nil {
				t.literalResults(value, f)
			}
		} else if fn, ok := f.Object().(*types.Func); ok {
			t.apply(call, &t.summaryOf(fn.Origin()).Flow, args)
		}
	}
	if value == nil || candidates != nil {
		return
	}
	rs := call.Common().Signature().Results()
	for n := range rs.Len() {
		for _, a := range args {
			if !isError(rs.At(n).Type()) {
				t.setResult(value, n, whole, t.all(a))
			}
		}
	}
}

// functionValues gives the functions of a type that are used as values.
func (t *tracker) functionValues(sig *types.Signature) []*ssa.Function {
	if t.values == nil {
		t.values = []*ssa.Function{}
		for _, f := range t.functions {
			for _, b := range f.Blocks {
				for _, i := range b.Instrs {
					t.noteValues(i)
				}
			}
		}
	}
	var found []*ssa.Function
	for _, f := range t.values {
		if types.Identical(f.Signature, sig) {
			found = append(found, f)
		}
	}
	return found
}

func (t *tracker) noteValues(i ssa.Instruction) {
	call, isCall := i.(ssa.CallInstruction)
	for _, operand := range i.Operands(nil) {
		if isCall && *operand == call.Common().Value {
			continue
		}
		if f := literal(*operand); f != nil && !slices.Contains(t.values, f) {
			t.values = append(t.values, f)
		}
	}
}

func (t *tracker) builtin(value *ssa.Call, name string, args []ssa.Value) {
	switch name {
	case "append", "min", "max":
		for _, a := range args {
			if value != nil {
				t.same(value, a)
			}
		}
	case "copy":
		t.store(args[0], whole, t.all(args[1]), 0)
	}
}

// literals: a literal that is called gets the arguments; one that is handed to
// a function may get whatever else that function was given.
func (t *tracker) literals(call ssa.CallInstruction, args []ssa.Value) {
	common := call.Common()
	if f := t.literalBehind(common.Value); f != nil {
		for n, a := range args {
			if n < len(f.Params) {
				t.same(f.Params[n], a)
			}
		}
		if value := call.Value(); value != nil {
			t.literalResults(value, f)
		}
		return
	}
	for _, a := range args {
		f := t.literalBehind(a)
		if f == nil {
			continue
		}
		for _, other := range args {
			for _, p := range f.Params {
				t.add(p, whole, t.all(other))
			}
		}
		if value := call.Value(); value != nil {
			for _, r := range results(f) {
				t.setResult(value, 0, whole, t.all(r))
			}
		}
	}
}

func (t *tracker) literalResults(value *ssa.Call, f *ssa.Function) {
	for _, b := range f.Blocks {
		if r, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
			for n, v := range r.Results {
				for field, set := range t.parts(v) {
					t.setResult(value, n, field, set)
				}
			}
		}
	}
}

// literalBehind gives the literal that a value is, straight or by way of a
// variable.
func (t *tracker) literalBehind(v ssa.Value) *ssa.Function {
	if load, ok := v.(*ssa.UnOp); ok {
		if cell, ok := load.X.(*ssa.Alloc); ok {
			for _, s := range stored(cell) {
				v = s
			}
		}
	}
	if f := literal(v); f != nil && f.Parent() != nil {
		return f
	}
	return nil
}

// ownCall uses what is known of a function of ours. Behind an interface, that
// is what is known of every type of this package that has the method.
func (t *tracker) ownCall(call ssa.CallInstruction, fn *types.Func, args []ssa.Value) {
	if call.Common().IsInvoke() {
		for _, m := range t.implementations(fn) {
			t.apply(call, &t.summaryOf(m).Flow, args)
		}
		return
	}
	t.apply(call, &t.summaryOf(fn).Flow, args)
}

func (t *tracker) apply(call ssa.CallInstruction, s *flow, args []ssa.Value) {
	given := func(o origin) origins {
		if o.From != fromParam {
			return origins{o: ""}
		}
		if o.Param >= len(args) {
			return nil
		}
		set := t.part(args[o.Param], o.Field)
		if o.Closed {
			set = set.closed()
		}
		found := origins{}
		for p, way := range set.each {
			p.Theirs = p.Theirs || o.Theirs
			found.keep(p, way)
		}
		return found
	}
	if value := call.Value(); value != nil {
		for _, c := range slices.Clone(s.Results) {
			t.setResult(value, c.To, c.Field, given(c.From).by(c.Place))
		}
	}
	for _, c := range slices.Clone(s.Outs) {
		if c.To < len(args) {
			t.store(args[c.To], c.Field, given(c.From), 0)
		}
	}
	for _, k := range slices.Clone(s.Sinks) {
		t.sinkOrigins(call, given(k.From), k.Into, k.Place)
	}
}
