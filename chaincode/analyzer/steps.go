package analyzer

import (
	"go/token"
	"go/types"
	"reflect"
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
	if t.fitToShow(i) {
		return
	}
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
		t.decided(i)
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
		for field, set := range t.parts(i.Val) {
			t.store(i.Addr, field, set, 0)
		}
	case *ssa.MapUpdate:
		t.store(i.Map, whole, t.all(i.Key), 0)
		for field, set := range t.parts(i.Value) {
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
		type key struct{ carry }
		for field, set := range t.parts(v) {
			for o, way := range set.each {
				if c := (carry{From: o, To: n, Field: field}); t.news(f, key{c}) {
					c.Place = further(way, f.Name()+" at "+t.place(instructionPos(r)))
					s.Results = append(s.Results, c)
				}
			}
		}
	}
}

// fitToShow says whether a comment on its line allows what an instruction takes
// to be seen by everybody.
func (t *tracker) fitToShow(i ssa.Instruction) bool {
	for _, a := range t.allowances {
		if a.rule != Private || a.reason == "" {
			continue
		}
		if p := t.pass.Fset.Position(instructionPos(i)); a.file != p.Filename || a.line != p.Line {
			continue
		}
		for _, operand := range i.Operands(nil) {
			a.used = a.used || *operand != nil && len(t.cells[*operand]) > 0
		}
		return true
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
	for o, way := range from.each {
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
