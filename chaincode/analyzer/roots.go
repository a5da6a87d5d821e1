package analyzer

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// roots gives where the memory that a value leads to was made or came in:
// package variables, parameters, and variables captured from an outer function.
func (c *checker) roots(v ssa.Value, seen map[ssa.Value]bool) []ssa.Value {
	if seen == nil {
		seen = map[ssa.Value]bool{}
	}
	if seen[v] {
		return nil
	}
	seen[v] = true
	var from []ssa.Value
	switch v := v.(type) {
	case *ssa.Global, *ssa.Parameter:
		return []ssa.Value{v}
	case *ssa.FreeVar:
		return c.capturedRoots(v, seen)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			from = loadedFrom(v)
		}
	case *ssa.FieldAddr:
		from = []ssa.Value{v.X}
	case *ssa.IndexAddr:
		from = []ssa.Value{v.X}
	case *ssa.Field:
		from = []ssa.Value{v.X}
	case *ssa.Index:
		from = []ssa.Value{v.X}
	case *ssa.Lookup:
		from = []ssa.Value{v.X}
	case *ssa.Slice:
		from = []ssa.Value{v.X}
	case *ssa.ChangeType:
		from = []ssa.Value{v.X}
	case *ssa.ChangeInterface:
		from = []ssa.Value{v.X}
	case *ssa.MakeInterface:
		from = []ssa.Value{v.X}
	case *ssa.TypeAssert:
		from = []ssa.Value{v.X}
	case *ssa.Extract:
		from = []ssa.Value{v.Tuple}
	case *ssa.Phi:
		from = v.Edges
	case *ssa.Call:
		return c.resultRoots(v, seen)
	}
	var found []ssa.Value
	for _, f := range from {
		found = append(found, c.roots(f, seen)...)
	}
	return found
}

// loadedFrom gives what a load leads to. A local variable leads to what was
// stored in it, if that is a reference; otherwise the load is a copy.
func loadedFrom(load *ssa.UnOp) []ssa.Value {
	cell, field := load.X, -1
	if f, ok := cell.(*ssa.FieldAddr); ok {
		cell, field = f.X, f.Field
	}
	local, ok := cell.(*ssa.Alloc)
	if !ok {
		return []ssa.Value{load.X}
	}
	if !isReference(load.Type()) {
		return nil
	}
	var from []ssa.Value
	for _, r := range *local.Referrers() {
		switch r := r.(type) {
		case *ssa.Store:
			if r.Addr == local {
				from = append(from, r.Val)
			}
		case *ssa.FieldAddr:
			if r.Field != field {
				continue
			}
			for _, s := range *r.Referrers() {
				if s, ok := s.(*ssa.Store); ok && s.Addr == r {
					from = append(from, s.Val)
				}
			}
		}
	}
	return from
}

func stored(cell *ssa.Alloc) []ssa.Value {
	var found []ssa.Value
	for _, r := range *cell.Referrers() {
		if s, ok := r.(*ssa.Store); ok && s.Addr == cell {
			found = append(found, s.Val)
		}
	}
	return found
}

func isReference(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Map, *types.Slice, *types.Interface, *types.Chan:
		return true
	}
	return false
}

// capturedRoots: a literal's captured variable is a cell of the function around
// it, and leads to what is stored there.
func (c *checker) capturedRoots(v *ssa.FreeVar, seen map[ssa.Value]bool) []ssa.Value {
	f := v.Parent()
	at := slices.Index(f.FreeVars, v)
	var found []ssa.Value
	for _, b := range f.Parent().Blocks {
		for _, i := range b.Instrs {
			if m, ok := i.(*ssa.MakeClosure); ok && m.Fn == f {
				if cell, ok := m.Bindings[at].(*ssa.Alloc); ok {
					found = append(found, cell)
					for _, v := range stored(cell) {
						if isReference(v.Type()) {
							found = append(found, c.roots(v, seen)...)
						}
					}
					continue
				}
				found = append(found, c.roots(m.Bindings[at], seen)...)
			}
		}
	}
	return found
}

// resultRoots: a function of ours may give what a package variable holds, one
// wrapped by sync.OnceValue always gives the same.
func (c *checker) resultRoots(call *ssa.Call, seen map[ssa.Value]bool) []ssa.Value {
	common := call.Common()
	if b, ok := common.Value.(*ssa.Builtin); ok {
		if b.Name() == "append" {
			return c.roots(common.Args[0], seen)
		}
		return nil
	}
	if f := callee(call); f != nil && f.Pkg == c.program {
		var found []ssa.Value
		for _, r := range results(f) {
			if !isReference(r.Type()) {
				continue
			}
			for _, root := range c.roots(r, seen) {
				if p, ok := root.(*ssa.Parameter); ok && p.Parent() == f {
					found = append(found, c.roots(common.Args[slices.Index(f.Params, p)], seen)...)
				} else if _, ok := root.(*ssa.Global); ok {
					found = append(found, root)
				}
			}
		}
		return found
	}
	if fn := calledObject(common); fn != nil && c.summaryOf(fn).GivesGlobal {
		return []ssa.Value{call}
	}
	if load, ok := common.Value.(*ssa.UnOp); ok {
		if g, ok := load.X.(*ssa.Global); ok && c.givesOne(g) {
			return []ssa.Value{g}
		}
	}
	return nil
}

// givesOne says whether a package variable was made by sync.OnceValue.
func (c *checker) givesOne(g *ssa.Global) bool {
	init := c.program.Func("init")
	for _, b := range init.Blocks {
		for _, i := range b.Instrs {
			s, ok := i.(*ssa.Store)
			if !ok || s.Addr != g {
				continue
			}
			if call, ok := s.Val.(*ssa.Call); ok {
				fn := calledObject(call.Common())
				return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "sync"
			}
		}
	}
	return false
}

// instructionPos is the place of an instruction, or of the nearest before it
// that has one.
func instructionPos(i ssa.Instruction) token.Pos {
	if i.Pos().IsValid() {
		return i.Pos()
	}
	best := i.Parent().Pos()
	for _, other := range i.Block().Instrs {
		if other.Pos().IsValid() {
			best = other.Pos()
		}
		if other == i {
			break
		}
	}
	return best
}
