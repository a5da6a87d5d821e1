package analyzer

import (
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// function takes every value of one function one step further.
func (t *tracker) function(f *ssa.Function) {
	t.parameters(f)
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			t.step(i)
		}
	}
}

// parameters: each stands for itself, so that callers learn where it goes; of a
// transaction they are also what its caller sent.
func (t *tracker) parameters(f *ssa.Function) {
	entry := isTransaction(f)
	for n, p := range f.Params {
		if f.Parent() == nil {
			t.standFor(p, n)
		}
		if entry && n > contextAt(f) {
			t.add(p, whole, origins{{From: fromArgument}: ""})
		}
	}
}

func (t *tracker) standFor(p *ssa.Parameter, n int) {
	s := structBehind(p.Type())
	if s == nil {
		t.add(p, whole, origins{{From: fromParam, Param: n, Field: whole}: ""})
		return
	}
	for i := range s.NumFields() {
		t.add(p, i, origins{{From: fromParam, Param: n, Field: i}: ""})
	}
}

// structBehind gives the struct to which a pointer, list or table leads.
func structBehind(t types.Type) *types.Struct {
	for {
		switch u := t.Underlying().(type) {
		case *types.Struct:
			return u
		case *types.Pointer:
			t = u.Elem()
		case *types.Slice:
			t = u.Elem()
		case *types.Array:
			t = u.Elem()
		case *types.Map:
			t = u.Elem()
		default:
			return nil
		}
	}
}

// isTransaction says whether anybody may call a function by a transaction: it
// is exported and takes a transaction context first.
func isTransaction(f *ssa.Function) bool {
	fn, ok := f.Object().(*types.Func)
	if !ok || !fn.Exported() {
		return false
	}
	at := contextAt(f)
	if at >= len(f.Params) {
		return false
	}
	m, _, _ := types.LookupFieldOrMethod(f.Params[at].Type(), true, nil, "GetStub")
	return m != nil
}

func contextAt(f *ssa.Function) int {
	if f.Signature.Recv() != nil {
		return 1
	}
	return 0
}

func (t *tracker) step(i ssa.Instruction) {
	switch i := i.(type) {
	case *ssa.UnOp:
		t.same(i, i.X)
	case *ssa.BinOp:
		if i.Op != token.EQL && i.Op != token.NEQ {
			t.add(i, whole, t.all(i.X))
			t.add(i, whole, t.all(i.Y))
		}
	case *ssa.FieldAddr:
		t.add(i, whole, t.field(i.X, i.Field))
	case *ssa.Field:
		t.add(i, whole, t.field(i.X, i.Field))
	case *ssa.IndexAddr:
		t.same(i, i.X)
	case *ssa.Index:
		t.same(i, i.X)
	case *ssa.Lookup:
		if i.CommaOk {
			t.inTuple(i, 0, i.X)
		} else {
			t.same(i, i.X)
		}
	case *ssa.Slice:
		t.same(i, i.X)
	case *ssa.Extract:
		t.element(i, i.Tuple, i.Index)
	case *ssa.Range:
		t.same(i, i.X)
	case *ssa.Next:
		t.inTuple(i, 1, i.Iter)
		t.inTuple(i, 2, i.Iter)
	case *ssa.Phi:
		for _, e := range i.Edges {
			t.same(i, e)
		}
	case *ssa.ChangeType:
		t.same(i, i.X)
	case *ssa.Convert:
		t.same(i, i.X)
	case *ssa.MakeInterface:
		t.same(i, i.X)
	case *ssa.ChangeInterface:
		t.same(i, i.X)
	case *ssa.TypeAssert:
		if i.CommaOk {
			t.inTuple(i, 0, i.X)
		} else {
			t.same(i, i.X)
		}
	case *ssa.MakeClosure:
		for n, b := range i.Bindings {
			t.same(i.Fn.(*ssa.Function).FreeVars[n], b)
		}
	case *ssa.Store:
		for field, set := range t.cells[i.Val] {
			t.store(i.Addr, field, set, 0)
		}
	case *ssa.MapUpdate:
		t.store(i.Map, whole, t.all(i.Key), 0)
		for field, set := range t.cells[i.Value] {
			t.store(i.Map, field, set, 0)
		}
	case *ssa.Send:
		t.store(i.Chan, whole, t.all(i.X), 0)
	case *ssa.Panic:
		t.sink(i, i.X, inError)
	case *ssa.Return:
		t.returned(i)
	case ssa.CallInstruction:
		t.call(i)
	}
}

// field gives the origins of a field that is read. One whose validate tag lists
// the words that it may hold quotes nothing.
func (t *tracker) field(x ssa.Value, n int) origins {
	set := t.part(x, n)
	if s := structBehind(x.Type()); s != nil && strings.Contains(reflect.StructTag(s.Tag(n)).Get("validate"), "oneof=") {
		return set.closed()
	}
	return set
}

// returned: the results of a transaction leave the chaincode, those of other
// functions go to their callers.
func (t *tracker) returned(r *ssa.Return) {
	f := r.Parent()
	for n, v := range r.Results {
		if isTransaction(f) {
			if isError(v.Type()) {
				t.sink(r, v, inError)
			} else {
				t.sink(r, v, inResult)
			}
		}
		if f.Parent() != nil {
			continue
		}
		s := t.flowOf(f)
		if s == nil {
			continue
		}
		if len(t.cells[v]) > 0 && t.fitToShow(r) {
			continue
		}
		type key struct{ carry }
		for field, set := range t.cells[v] {
			for o, way := range set {
				if c := (carry{From: o, To: n, Field: field}); t.news(f, key{c}) {
					c.Place = further(way, f.Name()+" at "+t.place(instructionPos(r)))
					s.Results = append(s.Results, c)
				}
			}
		}
	}
}

// fitToShow says whether a comment on a return allows what it returns to be
// seen by everybody.
func (t *tracker) fitToShow(r *ssa.Return) bool {
	p := t.pass.Fset.Position(instructionPos(r))
	for _, a := range t.allowances {
		if a.rule == Private && a.reason != "" && a.file == p.Filename && a.line == p.Line {
			a.used = true
			return true
		}
	}
	return false
}

func isError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// sink judges a value that gets to where others read it. What the caller sent
// may be recorded and answered, but not quoted in errors and logs.
func (t *tracker) sink(at ssa.Instruction, v ssa.Value, into sink) {
	if c, ok := v.(*ssa.Const); ok && c != nil {
		return
	}
	t.sinkOrigins(at, t.all(v), into, "")
}

// sinkOrigins does so for known origins; place tells where the sink is when
// that is in another function.
func (t *tracker) sinkOrigins(at ssa.Instruction, from origins, into sink, place string) {
	quoted := into == inError || into == inLog
	for o, way := range from {
		way = further(way, place)
		switch {
		case o.From == fromParam:
			t.sinkParam(at, o, into, way)
		case !t.loud || t.told[way+string(into)]:
		case o.From == fromPrivate:
			t.told[way+string(into)] = way != ""
			t.report(instructionPos(at), Private, "private data goes into %s%s; keep it in a private collection, or publish a salted hash or a count", into, shown(way))
		case quoted:
			t.told[way+string(into)] = way != ""
			t.report(instructionPos(at), Private, "what the caller sent is quoted in %s%s, and may hold personal data; name the field and what is wrong with it instead", into, shown(way))
		}
	}
}

// shown puts a way into a report.
func shown(way string) string {
	if way == "" {
		return ""
	}
	return " (by way of " + way + ")"
}

func (t *tracker) sinkParam(at ssa.Instruction, o origin, into sink, place string) {
	s := t.flowOf(at.Parent())
	if s == nil {
		return
	}
	type key struct{ sunk }
	if k := (sunk{From: o, Into: into}); t.news(at.Parent(), key{k}) {
		k.Place = place
		if place == "" {
			k.Place = outermost(at.Parent()).Name() + " at " + t.place(instructionPos(at))
		}
		s.Sinks = append(s.Sinks, k)
	}
}

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
					for _, operand := range i.Operands(nil) {
						if call, ok := i.(ssa.CallInstruction); ok && *operand == call.Common().Value {
							continue
						}
						if v := literal(*operand); v != nil && !slices.Contains(t.values, v) {
							t.values = append(t.values, v)
						}
					}
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
				for field, set := range t.cells[v] {
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

func (t *tracker) implementations(fn *types.Func) []*types.Func {
	iface, ok := fn.Signature().Recv().Type().Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	var found []*types.Func
	for _, p := range append([]*types.Package{t.pass.Pkg}, t.pass.Pkg.Imports()...) {
		if !strings.HasPrefix(p.Path()+"/", ours) {
			continue
		}
		for _, name := range p.Scope().Names() {
			named, ok := p.Scope().Lookup(name).(*types.TypeName)
			if !ok || types.IsInterface(named.Type()) || !types.Implements(types.NewPointer(named.Type()), iface) {
				continue
			}
			if m, _, _ := types.LookupFieldOrMethod(named.Type(), true, fn.Pkg(), fn.Name()); m != nil {
				if f, ok := m.(*types.Func); ok {
					found = append(found, f.Origin())
				}
			}
		}
	}
	return found
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
		for p, way := range set {
			p.Theirs = p.Theirs || o.Theirs
			found[p] = way
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
