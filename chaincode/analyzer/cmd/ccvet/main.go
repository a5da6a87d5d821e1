// Command ccvet runs the chaincode's analyzer:
//
//	go run ./chaincode/analyzer/cmd/ccvet ./chaincode/provenance ./chaincode/contract
//
// It ends with 0 when there is nothing to report, 3 when there is.
package main

import (
	"golang.org/x/tools/go/analysis/singlechecker"

	"github.com/fairlead/fairlead/chaincode/analyzer"
)

func main() { singlechecker.Main(analyzer.Analyzer) }
