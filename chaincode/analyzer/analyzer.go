// Package analyzer finds, before it is deployed, chaincode that would answer
// differently on different peers, read without bound, or put what is private
// where everybody reads it. README.md says what each rule means and what it
// cannot see.
package analyzer

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"sort"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
)

// Rule names one of the rules; it is the word after "//ccvet:allow".
type Rule string

// The rules.
const (
	Clock       Rule = "clock"
	Random      Rule = "random"
	MapOrder    Rule = "maporder"
	Float       Rule = "float"
	Concurrency Rule = "concurrency"
	Global      Rule = "global"
	Environment Rule = "environment"
	Range       Rule = "range"
	Private     Rule = "private"
	Allow       Rule = "allow"
)

// Rules lists them all.
func Rules() []Rule {
	return []Rule{Clock, Random, MapOrder, Float, Concurrency, Global, Environment, Range, Private, Allow}
}

// Analyzer reports in the packages it is run on, and keeps facts about all
// packages under the path prefix given by the flag "ours". Each report has its
// Rule as category.
var Analyzer = &analysis.Analyzer{
	Name:      "ccvet",
	Doc:       "find chaincode that peers would not agree on, reads without bound, or tells what is private",
	Run:       run,
	FactTypes: []analysis.Fact{new(reaches), new(summary)},
}

var ours string

func init() {
	Analyzer.Flags.StringVar(&ours, "ours", "github.com/fairlead/fairlead/", "path prefix of the packages to look into")
}

func run(pass *analysis.Pass) (any, error) {
	if !strings.HasPrefix(pass.Pkg.Path()+"/", ours) {
		return nil, nil
	}
	c := newChecker(pass)
	c.forbiddenNames()
	c.addresses()
	c.floats()
	c.anyDecoding()
	c.goroutines()
	c.globals()
	c.ranges()
	c.mapOrder()
	c.private()
	c.applyAllows()
	c.exportReaches()
	c.exportSummaries()
	sort.SliceStable(c.found, func(i, j int) bool { return c.found[i].pos < c.found[j].pos })
	for _, f := range c.found {
		pass.Report(analysis.Diagnostic{Pos: f.pos, Category: string(f.rule), Message: fmt.Sprintf("%s: %s", f.rule, f.text)})
	}
	return nil, nil
}

// finding is one report to be: at most one for each rule and line.
type finding struct {
	pos  token.Pos
	rule Rule
	text string
}

type line struct {
	file string
	line int
	rule Rule
}

// checker is the work on one package.
type checker struct {
	pass      *analysis.Pass
	info      *types.Info
	files     []*ast.File // without tests
	decls     map[*types.Func]*ast.FuncDecl
	program   *ssa.Package
	functions []*ssa.Function // of this package, with their literals, in source order
	summaries map[*types.Func]*summary
	callers   map[*ssa.Function][]ssa.CallInstruction
	valueUses map[*types.Func]bool   // functions used other than by calling them
	setup     map[*ssa.Function]bool // see initialises
	parents   map[ast.Node]ast.Node
	orderFree map[*types.Func]bool // see freeOfOrder
	found     []finding
	lines     map[line]bool

	allowances []*allowance
}

func newChecker(pass *analysis.Pass) *checker {
	c := &checker{
		pass: pass, info: pass.TypesInfo, decls: map[*types.Func]*ast.FuncDecl{},
		summaries: map[*types.Func]*summary{}, callers: map[*ssa.Function][]ssa.CallInstruction{},
		valueUses: map[*types.Func]bool{}, setup: map[*ssa.Function]bool{}, lines: map[line]bool{},
	}
	for _, f := range pass.Files {
		if strings.HasSuffix(c.file(f.Pos()), "_test.go") {
			continue
		}
		c.files = append(c.files, f)
		for _, d := range f.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && fd.Body != nil {
				c.decls[c.info.Defs[fd.Name].(*types.Func)] = fd
			}
		}
	}
	c.allowances = c.readAllowances()
	c.findValueUses()
	c.build()
	return c
}

func (c *checker) findValueUses() {
	callees := map[*ast.Ident]bool{}
	c.inspect(func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if id := calledName(n.Fun); id != nil {
				callees[id] = true
			}
		case *ast.Ident:
			if fn, ok := c.info.Uses[n].(*types.Func); ok && !callees[n] {
				c.valueUses[fn.Origin()] = true
			}
		}
		return true
	})
}

// calledName gives the identifier of the function in a call's first part.
func calledName(e ast.Expr) *ast.Ident {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e
	case *ast.SelectorExpr:
		return e.Sel
	case *ast.IndexExpr:
		return calledName(e.X)
	case *ast.IndexListExpr:
		return calledName(e.X)
	}
	return nil
}

func (c *checker) file(p token.Pos) string { return c.pass.Fset.Position(p).Filename }

// build makes the SSA form. It does not go through the buildssa analyzer,
// which would build every dependency as well.
func (c *checker) build() {
	prog := ssa.NewProgram(c.pass.Fset, ssa.BuilderMode(0))
	seen := map[*types.Package]bool{}
	var create func(ps []*types.Package)
	create = func(ps []*types.Package) {
		for _, p := range ps {
			if !seen[p] {
				seen[p] = true
				prog.CreatePackage(p, nil, nil, true)
				create(p.Imports())
			}
		}
	}
	create(c.pass.Pkg.Imports())
	c.program = prog.CreatePackage(c.pass.Pkg, c.pass.Files, c.info, false)
	c.program.Build()
	var add func(f *ssa.Function)
	add = func(f *ssa.Function) {
		c.functions = append(c.functions, f)
		for _, anon := range f.AnonFuncs {
			add(anon)
		}
	}
	if f := c.program.Func("init"); f != nil {
		add(f)
	}
	var named []*ssa.Function
	for fn := range c.decls {
		if f := prog.FuncValue(fn); f != nil {
			named = append(named, f)
		}
	}
	sort.Slice(named, func(i, j int) bool { return named[i].Pos() < named[j].Pos() })
	for _, f := range named {
		add(f)
	}
	for _, f := range c.functions {
		for _, call := range calls(f) {
			if callee := callee(call); callee != nil {
				c.callers[callee] = append(c.callers[callee], call)
			}
		}
	}
}

// report notes a finding, unless the line has one of that rule already.
func (c *checker) report(pos token.Pos, rule Rule, format string, args ...any) {
	p := c.pass.Fset.Position(pos)
	if !pos.IsValid() || strings.HasSuffix(p.Filename, "_test.go") {
		return
	}
	at := line{p.Filename, p.Line, rule}
	if c.lines[at] {
		return
	}
	c.lines[at] = true
	c.found = append(c.found, finding{pos, rule, fmt.Sprintf(format, args...)})
}

func (c *checker) place(pos token.Pos) string {
	p := c.pass.Fset.Position(pos)
	return fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)
}

// calls gives a function's call, defer and go instructions.
func calls(f *ssa.Function) []ssa.CallInstruction {
	var found []ssa.CallInstruction
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if call, ok := i.(ssa.CallInstruction); ok {
				found = append(found, call)
			}
		}
	}
	return found
}

// callee gives the function that a call runs when that is known, for a generic
// one its origin.
func callee(call ssa.CallInstruction) *ssa.Function {
	f := call.Common().StaticCallee()
	if f != nil && f.Origin() != nil {
		return f.Origin()
	}
	return f
}

// calledObject gives what a call names: a function, a method, or a method of an
// interface; nil for a function value.
func calledObject(call *ssa.CallCommon) *types.Func {
	if call.IsInvoke() {
		return call.Method.Origin()
	}
	f := call.StaticCallee()
	if f == nil {
		return nil
	}
	if f.Origin() != nil {
		f = f.Origin()
	}
	fn, _ := f.Object().(*types.Func)
	return fn
}

func (c *checker) inspect(visit func(n ast.Node) bool) {
	for _, f := range c.files {
		ast.Inspect(f, visit)
	}
}
