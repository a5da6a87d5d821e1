package analyzer

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// isIterator says whether a type is one of the ledger's iterators.
func isIterator(t types.Type) bool {
	m := func(name string) bool {
		found, _, _ := types.LookupFieldOrMethod(t, false, nil, name)
		_, ok := found.(*types.Func)
		return ok
	}
	_, iface := t.Underlying().(*types.Interface)
	return iface && m("Close") && m("HasNext")
}

// closers notes which functions close an iterator that they are given.
func (c *checker) closers() {
	for range 3 { // through as many functions
		for _, f := range c.functions {
			fn, ok := f.Object().(*types.Func)
			if !ok {
				continue
			}
			for i, p := range f.Params {
				if s := c.summary(fn); isIterator(p.Type()) && len(c.closings(p, nil)) > 0 && !slices.Contains(s.Closes, i) {
					s.Closes = append(s.Closes, i)
				}
			}
		}
	}
}

// leftOpen reports a call that gives an iterator, when there is a way from it
// to a return without Close, other than where the call gave an error.
func (c *checker) leftOpen(call ssa.CallInstruction) {
	value := call.Value()
	if value == nil {
		return
	}
	iterator, failure, at := opened(value)
	if at < 0 {
		return
	}
	const text = "the iterator stays open on some way out, and holds resources of the peer; defer its Close right after the error is checked"
	if iterator == nil {
		c.report(call.Pos(), Range, "%s", text)
		return
	}
	done := c.closings(iterator, nil)
	if done == nil {
		done = map[ssa.Instruction]bool{}
	}
	if c.leaks(call, failure, done) {
		c.report(call.Pos(), Range, "%s", text)
	}
}

// opened gives the iterator and the error among a call's results; at is -1 when
// none of them is an iterator.
func opened(value *ssa.Call) (iterator, failure ssa.Value, at int) {
	at = -1
	tuple, ok := value.Type().(*types.Tuple)
	if !ok {
		if isIterator(value.Type()) {
			return value, nil, 0
		}
		return nil, nil, -1
	}
	for i := range tuple.Len() {
		if isIterator(tuple.At(i).Type()) {
			at = i
		}
	}
	if at < 0 {
		return nil, nil, -1
	}
	for _, r := range *value.Referrers() {
		if e, ok := r.(*ssa.Extract); ok {
			switch {
			case e.Index == at:
				iterator = e
			case types.Identical(e.Type(), types.Universe.Lookup("error").Type()):
				failure = e
			}
		}
		if ret, ok := r.(*ssa.Return); ok && len(ret.Results) == 1 {
			iterator = value // return f()
		}
	}
	return iterator, failure, at
}

// closings gives the instructions that close an iterator, or hand it on to
// whoever will.
func (c *checker) closings(v ssa.Value, seen map[ssa.Value]bool) map[ssa.Instruction]bool {
	if seen == nil {
		seen = map[ssa.Value]bool{}
	}
	if seen[v] || v.Referrers() == nil {
		return nil
	}
	seen[v] = true
	found := map[ssa.Instruction]bool{}
	through := func(next ssa.Value) {
		for i := range c.closings(next, seen) {
			found[i] = true
		}
	}
	for _, r := range *v.Referrers() {
		switch r := r.(type) {
		case *ssa.Return:
			found[r] = true
		case *ssa.Store:
			if cell, ok := r.Addr.(*ssa.Alloc); ok {
				through(cell)
			} else if r.Val == v {
				found[r] = true // kept in a structure, for its owner to close
			}
		case *ssa.UnOp:
			through(r)
		case *ssa.Phi:
			through(r)
		case *ssa.MakeInterface:
			through(r)
		case *ssa.ChangeInterface:
			through(r)
		case *ssa.MakeClosure:
			f := r.Fn.(*ssa.Function)
			for i, b := range r.Bindings {
				if b == v && len(c.closings(f.FreeVars[i], nil)) > 0 {
					for _, use := range *r.Referrers() {
						found[use] = true
					}
				}
			}
		case ssa.CallInstruction:
			if c.closes(r, v) {
				found[r] = true
			}
		}
	}
	return found
}

func (c *checker) closes(call ssa.CallInstruction, v ssa.Value) bool {
	fn := calledObject(call.Common())
	if fn == nil {
		return false
	}
	args := arguments(call.Common())
	if fn.Name() == "Close" && len(args) > 0 && args[0] == v {
		return true
	}
	for _, i := range c.summaryOf(fn).Closes {
		if i < len(args) && args[i] == v {
			return true
		}
	}
	return false
}

// leaks walks from a call to every return, past nothing that closes.
func (c *checker) leaks(call ssa.CallInstruction, failure ssa.Value, done map[ssa.Instruction]bool) bool {
	visited := map[*ssa.BasicBlock]bool{}
	var walk func(b *ssa.BasicBlock, from int) bool
	walk = func(b *ssa.BasicBlock, from int) bool {
		for _, i := range b.Instrs[from:] {
			if done[i] {
				return false
			}
			if _, ok := i.(*ssa.Return); ok {
				return true
			}
		}
		for _, next := range b.Succs {
			if failed(failure, b, next) || visited[next] {
				continue
			}
			visited[next] = true
			if walk(next, 0) {
				return true
			}
		}
		return false
	}
	return walk(call.Block(), slices.Index(call.Block().Instrs, ssa.Instruction(call))+1)
}

// holds says whether v is a value, or read from a variable in which that was
// stored.
func holds(v, value ssa.Value) bool {
	if v == value {
		return true
	}
	if load, ok := v.(*ssa.UnOp); ok {
		if cell, ok := load.X.(*ssa.Alloc); ok {
			return slices.Contains(stored(cell), value)
		}
	}
	return false
}

// failed says whether going from one block to the next means that the error was
// not nil.
func failed(failure ssa.Value, from, to *ssa.BasicBlock) bool {
	branch, ok := from.Instrs[len(from.Instrs)-1].(*ssa.If)
	if !ok || failure == nil {
		return false
	}
	cond, ok := branch.Cond.(*ssa.BinOp)
	if !ok || !holds(cond.X, failure) && !holds(cond.Y, failure) {
		return false
	}
	return cond.Op == token.NEQ && from.Succs[0] == to || cond.Op == token.EQL && from.Succs[1] == to
}
