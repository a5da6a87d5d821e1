package analyzer

import (
	"go/types"
	"iter"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// tracker follows values through all functions of a package until nothing new
// is found. A literal is taken as part of the function around it.
//
// What leads to a struct, be it by a pointer, a list or a table, has that
// struct's fields.
type tracker struct {
	*checker
	cells   map[ssa.Value]map[int]origins
	flows   map[*ssa.Function]map[any]bool // what is in the summaries already
	values  []*ssa.Function                // functions used as values
	choices map[*types.TypeName]bool       // see isChoice
	told    map[string]bool                // ways that were reported: one cause is told once, not for each transaction
	changed bool
	loud    bool // report now
}

// private reports private values that get to where others read them.
func (c *checker) private() {
	t := &tracker{checker: c, cells: map[ssa.Value]map[int]origins{}, flows: map[*ssa.Function]map[any]bool{}, choices: map[*types.TypeName]bool{}, told: map[string]bool{}}
	for t.changed = true; t.changed; {
		t.changed = false
		for _, f := range c.functions {
			t.function(f)
		}
	}
	t.loud = true
	for _, f := range c.functions {
		t.function(f)
	}
}

func outermost(f *ssa.Function) *ssa.Function {
	for f.Parent() != nil {
		f = f.Parent()
	}
	return f
}

// add notes that a value may come from origins, as far as its type can hold
// them. It never takes anything away.
func (t *tracker) add(v ssa.Value, field int, from origins) {
	for o, way := range from.each {
		if !canHold(v.Type(), field, o) {
			continue
		}
		if field == whole && (isNumber(v.Type()) || t.isChoice(v.Type())) {
			if o.From == fromArgument {
				continue
			}
			o.Closed = true
		}
		if _, global := v.(*ssa.Global); global && o.From == fromParam {
			continue
		}
		if t.cells[v] == nil {
			t.cells[v] = map[int]origins{}
		}
		if t.cells[v][field] == nil {
			t.cells[v][field] = origins{}
		}
		if _, known := t.cells[v][field][o]; !known {
			t.cells[v][field][o] = way
			t.changed = true
		}
	}
}

// canHold: yes or no tells too little to matter; numbers quote no text.
func canHold(t types.Type, field int, o origin) bool {
	if _, ok := t.(*types.Tuple); ok || field != whole {
		return true
	}
	b, ok := t.Underlying().(*types.Basic)
	if !ok {
		return true
	}
	return b.Info()&types.IsBoolean == 0 && (o.From != fromArgument || !isNumber(t))
}

// isChoice says whether a type of text is one of ours with values declared as
// constants: its variables are taken to hold one of these.
func (t *tracker) isChoice(of types.Type) bool {
	named, ok := types.Unalias(of).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || !strings.HasPrefix(named.Obj().Pkg().Path()+"/", ours) {
		return false
	}
	if b, ok := named.Underlying().(*types.Basic); !ok || b.Info()&types.IsString == 0 {
		return false
	}
	known, ok := t.choices[named.Obj()]
	if !ok {
		scope := named.Obj().Pkg().Scope()
		for _, name := range scope.Names() {
			c, ok := scope.Lookup(name).(*types.Const)
			known = known || ok && types.Identical(c.Type(), named)
		}
		t.choices[named.Obj()] = known
	}
	return known
}

func isNumber(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsNumeric != 0
}

// all gives the origins of a value and everything in it.
func (t *tracker) all(v ssa.Value) origins {
	found := origins{}
	for _, set := range t.parts(v) {
		for o, way := range set {
			found.keep(o, way)
		}
	}
	return found
}

// parts gives what a value and its fields hold, in the order of the fields.
func (t *tracker) parts(v ssa.Value) iter.Seq2[int, origins] {
	return func(yield func(int, origins) bool) {
		for _, field := range slices.Sorted(maps.Keys(t.cells[v])) {
			if !yield(field, t.cells[v][field]) {
				return
			}
		}
	}
}

// part gives the origins of one field.
func (t *tracker) part(v ssa.Value, field int) origins {
	if field == whole {
		return t.all(v)
	}
	found := maps.Clone(t.cells[v][whole])
	if found == nil {
		found = origins{}
	}
	maps.Copy(found, t.cells[v][field])
	return found
}

// same makes one value hold what another does, field by field.
func (t *tracker) same(to, from ssa.Value) {
	for field, set := range t.parts(from) {
		t.add(to, field, set)
	}
}

// Results of a call with several are kept as parts of the tuple, each with room
// for its fields.
const tupleRoom = 1000

func tuplePart(result, field int) int { return (result+1)*tupleRoom + field + 1 }

// element makes a value hold what one result of a tuple does.
func (t *tracker) element(to, tuple ssa.Value, n int) {
	for part, set := range t.parts(tuple) {
		switch {
		case part == whole:
			t.add(to, whole, set)
		case part/tupleRoom == n+1:
			t.add(to, part%tupleRoom-1, set)
		}
	}
}

// inTuple makes one part of a tuple hold what a value does.
func (t *tracker) inTuple(tuple ssa.Value, n int, from ssa.Value) {
	for field, set := range t.parts(from) {
		t.add(tuple, tuplePart(n, field), set)
	}
}

// setResult notes origins of the n-th result of a call.
func (t *tracker) setResult(call *ssa.Call, n, field int, from origins) {
	tuple, ok := call.Type().(*types.Tuple)
	if !ok {
		t.add(call, field, from)
		return
	}
	for o, way := range from.each {
		if n < tuple.Len() && canHold(tuple.At(n).Type(), field, o) {
			t.add(call, tuplePart(n, field), origins{o: way})
		}
	}
}

// store notes that something was written to where an address leads, and to
// everything on the way there.
func (t *tracker) store(to ssa.Value, field int, from origins, depth int) {
	if depth > 8 || len(from) == 0 {
		return
	}
	t.add(to, field, from)
	next := func(v ssa.Value, field int) { t.store(v, field, from, depth+1) }
	switch to := to.(type) {
	case *ssa.Parameter:
		t.out(to, field, from)
	case *ssa.FreeVar:
		for _, b := range bindings(to) {
			next(b, field)
		}
	case *ssa.FieldAddr:
		next(to.X, to.Field)
	case *ssa.Field:
		next(to.X, to.Field)
	case *ssa.IndexAddr:
		next(to.X, field)
	case *ssa.Lookup:
		next(to.X, field)
	case *ssa.UnOp:
		next(to.X, field)
	case *ssa.Slice:
		next(to.X, field)
	case *ssa.MakeInterface:
		next(to.X, field)
	case *ssa.ChangeInterface:
		next(to.X, field)
	case *ssa.ChangeType:
		next(to.X, field)
	case *ssa.TypeAssert:
		next(to.X, field)
	case *ssa.Extract:
		next(to.Tuple, tuplePart(to.Index, field))
	case *ssa.Phi:
		for _, e := range to.Edges {
			next(e, field)
		}
	case *ssa.Call: // json.NewEncoder(w), bufio.NewWriter(w)
		if fn := calledObject(to.Common()); fn != nil && (fn.Name() == "NewEncoder" || fn.Name() == "NewWriter") && len(to.Call.Args) > 0 {
			next(to.Call.Args[0], whole)
		}
	}
}

// bindings gives the variables that a literal captured under a name.
func bindings(v *ssa.FreeVar) []ssa.Value {
	f := v.Parent()
	var found []ssa.Value
	for n, fv := range f.FreeVars {
		if fv != v {
			continue
		}
		for _, b := range f.Parent().Blocks {
			for _, i := range b.Instrs {
				if m, ok := i.(*ssa.MakeClosure); ok && m.Fn == f {
					found = append(found, m.Bindings[n])
				}
			}
		}
	}
	return found
}

// flowOf gives the summary's flow of the function around f, nil when it has
// none because nobody can name it.
func (t *tracker) flowOf(f *ssa.Function) *flow {
	fn, ok := outermost(f).Object().(*types.Func)
	if !ok {
		return nil
	}
	return &t.summary(fn).Flow
}

// news says whether something is new in a function's summary.
func (t *tracker) news(f *ssa.Function, what any) bool {
	f = outermost(f)
	if t.flows[f] == nil {
		t.flows[f] = map[any]bool{}
	}
	if t.flows[f][what] {
		return false
	}
	t.flows[f][what] = true
	t.changed = true
	return true
}

func (t *tracker) out(p *ssa.Parameter, field int, from origins) {
	n := paramIndex(p)
	s := t.flowOf(p.Parent())
	if s == nil || n < 0 || p.Parent().Parent() != nil {
		return
	}
	type key struct{ carry }
	for o := range from.each {
		if o.From == fromParam && o.Param == n {
			continue
		}
		if c := (carry{From: o, To: n, Field: field}); t.news(p.Parent(), key{c}) {
			s.Outs = append(s.Outs, c)
		}
	}
}

func paramIndex(p *ssa.Parameter) int {
	for i, q := range p.Parent().Params {
		if p == q {
			return i
		}
	}
	return -1
}
