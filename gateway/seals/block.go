package seals

import (
	"context"
	"strconv"

	"github.com/fairlead/fairlead/gateway/proof"
)

// querier is the system chaincode by which a peer tells of transactions and
// blocks.
const querier = "qscc"

// inclusion has peers hand out the block of a transaction and those that follow
// it, and shows by them that it is in the chain. Their signatures under these
// answers are not kept: the orderers' under the blocks are.
func (m Maker) inclusion(ctx context.Context, answer []byte, tx string) (*proof.Inclusion, error) {
	if m.Roots.Quorum < 1 {
		return nil, nil
	}
	block, err := m.block(ctx, "GetBlockByTxID", tx)
	if err != nil {
		return nil, err
	}
	chain := []proof.Block{block}
	for len(chain) < proof.MostHeaders {
		next, err := m.block(ctx, "GetBlockByNumber", strconv.FormatUint(block.Header.Number+uint64(len(chain)), 10))
		if err != nil {
			break // there is none yet
		}
		chain = append(chain, next)
	}
	at, err := chain[len(chain)-1].Config()
	if err != nil {
		return nil, err
	}
	config, err := m.block(ctx, "GetBlockByNumber", strconv.FormatUint(at, 10))
	if err != nil {
		return nil, err
	}
	envelope, err := proof.Envelope(answer)
	if err != nil {
		return nil, err
	}
	return proof.MakeInclusion(envelope, chain, config, m.Roots.Quorum)
}

func (m Maker) block(ctx context.Context, question, which string) (proof.Block, error) {
	_, answer, err := m.ask(ctx, alone, querier, []byte(question), []byte(m.Roots.Channel), []byte(which))
	if err != nil {
		return proof.Block{}, err
	}
	return proof.ReadBlock(answer)
}
