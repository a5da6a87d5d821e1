package analyzer

import "go/ast"

// goroutines reports go statements, and selects that may take one of several
// ready cases. The names of packages for concurrent code are in forbidden.go.
func (c *checker) goroutines() {
	c.inspect(func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			c.report(n.Pos(), Concurrency, "a goroutine runs when the peer's scheduler lets it; %s", syncRemedy)
		case *ast.SelectStmt:
			cases := 0
			for _, s := range n.Body.List {
				if s.(*ast.CommClause).Comm != nil {
					cases++
				}
			}
			if cases > 1 {
				c.report(n.Pos(), Concurrency, "of several ready cases select takes one by chance; receive from one channel after the other")
			}
		}
		return true
	})
}
