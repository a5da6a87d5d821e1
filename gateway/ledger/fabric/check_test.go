package fabric

import (
	"bytes"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-protos-go/peer"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

var checker = Checker{Channel: served.channel, Chaincode: served.chaincode, Now: func() time.Time { return moment.Add(fresh) }}

func TestAProposalHoldsWhatWasDraftedAndNoMore(t *testing.T) {
	author, _ := newAuthor(t, provenance.Auditors)
	d := draft(author)
	u := propose(t, d)

	proposal := unmarshal(t, u.Bytes, new(peer.Proposal))
	header := unmarshal(t, proposal.Header, new(common.Header))
	channel := unmarshal(t, header.ChannelHeader, new(common.ChannelHeader))
	signature := unmarshal(t, header.SignatureHeader, new(common.SignatureHeader))
	sum := sha256.Sum256(append(bytes.Clone(signature.Nonce), signature.Creator...))
	if want := hex.EncodeToString(sum[:]); u.Tx != want || channel.TxId != want {
		t.Errorf("identifier %s and %s, want %s", u.Tx, channel.TxId, want)
	}
	if !channel.Timestamp.AsTime().Equal(moment) {
		t.Errorf("time %v, want %v", channel.Timestamp.AsTime(), moment)
	}
	i, err := served.readProposal(u.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	got, err := i.author()
	if err != nil || got.Org != provenance.Auditors || !bytes.Equal(got.Certificate, d.Author.Certificate) {
		t.Errorf("author %v, %v", got.Org, err)
	}
	if err := checker.CheckProposal(u, d); err != nil {
		t.Error(err)
	}
}

func TestOnlyTheAuthorsOwnCertificateIsNamed(t *testing.T) {
	author, _ := newAuthor(t, provenance.Workers)
	d := draft(author)
	alone := propose(t, d)
	issuer, _ := newAuthor(t, provenance.Workers)
	d.Author.Certificate = append(bytes.Clone(d.Author.Certificate), issuer.Identity().Certificate...)
	if chain := propose(t, d); !bytes.Equal(chain.Bytes, alone.Bytes) {
		t.Error("a certificate with its issuer's gives another proposal")
	}
}

func TestADocumentTooLargeIsRefusedBeforeItIsSent(t *testing.T) {
	author, _ := newAuthor(t, provenance.Auditors)
	d := draft(author)
	d.Document = make([]byte, provenance.MaxDocument+1)
	_, err := served.propose(d, []byte("nonce"), moment)
	if refusal, ok := provenance.AsRefusal(err); !ok || refusal.Code != provenance.TooLarge {
		t.Errorf("%v, want too_large", err)
	}
}

func TestAnAuthorDoesNotSignAnotherProposal(t *testing.T) {
	author, _ := newAuthor(t, provenance.Auditors)
	d := draft(author)
	other, _ := newAuthor(t, provenance.Auditors)
	for name, change := range map[string]func(*target, *ledger.Draft){
		"channel":     func(at *target, _ *ledger.Draft) { at.channel = "other" },
		"chaincode":   func(at *target, _ *ledger.Draft) { at.chaincode = "_lifecycle" },
		"transaction": func(_ *target, d *ledger.Draft) { d.Transaction = "Withdraw" },
		"document":    func(_ *target, d *ledger.Draft) { d.Document = []byte(`{"id":"two"}`) },
		"author":      func(_ *target, d *ledger.Draft) { d.Author = other.Identity() },
		"transient":   func(_ *target, d *ledger.Draft) { d.Transient = map[string][]byte{"private": []byte("other")} },
		"organisation": func(_ *target, d *ledger.Draft) {
			d.Author.Org = provenance.Brands
		},
	} {
		t.Run(name, func(t *testing.T) {
			at, made := served, d
			change(&at, &made)
			u, err := at.propose(made, []byte("nonce"), moment)
			if err != nil {
				t.Fatal(err)
			}
			if err := checker.CheckProposal(u, d); err == nil {
				t.Error("it would be signed")
			}
		})
	}
	t.Run("identifier", func(t *testing.T) {
		u := propose(t, d)
		u.Tx = "another"
		if err := checker.CheckProposal(u, d); err == nil {
			t.Error("it would be signed")
		}
	})
}

func TestAnAuthorDoesNotSignAnOldProposal(t *testing.T) {
	author, _ := newAuthor(t, provenance.Auditors)
	d := draft(author)
	u := propose(t, d)
	for _, away := range []time.Duration{fresh + time.Second, -fresh - time.Second} {
		late := checker
		late.Now = func() time.Time { return moment.Add(away) }
		if err := late.CheckProposal(u, d); err == nil || !strings.Contains(err.Error(), "clocks") {
			t.Errorf("%v away: %v", away, err)
		}
	}
}

func TestAnAuthorDoesNotSignMoreThanWasAskedFor(t *testing.T) {
	author, _ := newAuthor(t, provenance.Auditors)
	d := draft(author)
	u := propose(t, d)
	for name, change := range map[string]func(*parts){
		"an epoch":              func(p *parts) { p.channel.Epoch = 1 },
		"a version":             func(p *parts) { p.channel.Version = 1 },
		"a binding":             func(p *parts) { p.channel.TlsCertHash = []byte("x") },
		"a chaincode's version": func(p *parts) { p.input.ChaincodeSpec.ChaincodeId.Version = "2" },
		"another way to run it": func(p *parts) { p.input.ChaincodeSpec.Timeout = 1 },
		"unknown fields":        func(p *parts) { p.channel.XXX_unrecognized = []byte{0xfa, 0x3e, 0} },
		"a transient field":     func(p *parts) { p.payload.TransientMap = map[string][]byte{"x": nil} },
		"a decoration":          func(p *parts) { p.input.ChaincodeSpec.Input.Decorations = map[string][]byte{"x": nil} },
	} {
		t.Run(name, func(t *testing.T) {
			if err := checker.CheckProposal(ledger.Unsigned{Tx: u.Tx, Bytes: tamper(t, u.Bytes, change)}, d); err == nil {
				t.Error("it would be signed")
			}
		})
	}
}

// parts is a proposal taken apart.
type parts struct {
	channel   *common.ChannelHeader
	signature *common.SignatureHeader
	payload   *peer.ChaincodeProposalPayload
	input     *peer.ChaincodeInvocationSpec
}

// tamper takes a proposal apart, lets change at it, and puts it together again.
func tamper(t *testing.T, text []byte, change func(*parts)) []byte {
	t.Helper()
	proposal := unmarshal(t, text, new(peer.Proposal))
	header := unmarshal(t, proposal.Header, new(common.Header))
	p := &parts{
		channel:   unmarshal(t, header.ChannelHeader, new(common.ChannelHeader)),
		signature: unmarshal(t, header.SignatureHeader, new(common.SignatureHeader)),
		payload:   unmarshal(t, proposal.Payload, new(peer.ChaincodeProposalPayload)),
	}
	p.input = unmarshal(t, p.payload.Input, new(peer.ChaincodeInvocationSpec))
	change(p)
	p.payload.Input = marshal(t, p.input)
	header.ChannelHeader, header.SignatureHeader = marshal(t, p.channel), marshal(t, p.signature)
	proposal.Header, proposal.Payload = marshal(t, header), marshal(t, p.payload)
	return marshal(t, proposal)
}

func TestOnlyProposalsForTheServedChaincodeAreRelayed(t *testing.T) {
	author, _ := newAuthor(t, provenance.Auditors)
	u := propose(t, draft(author))
	for name, change := range map[string]func(*parts){
		"another channel":                      func(p *parts) { p.channel.ChannelId = "other" },
		"a configuration":                      func(p *parts) { p.channel.Type = int32(common.HeaderType_CONFIG_UPDATE) },
		"another identifier":                   func(p *parts) { p.channel.TxId = "another" },
		"another nonce":                        func(p *parts) { p.signature.Nonce = []byte("another") },
		"a chaincode the header does not name": func(p *parts) { p.input.ChaincodeSpec.ChaincodeId.Name = "qscc" },
		"an initialisation":                    func(p *parts) { p.input.ChaincodeSpec.Input.IsInit = true },
		"a third argument": func(p *parts) {
			p.input.ChaincodeSpec.Input.Args = append(p.input.ChaincodeSpec.Input.Args, []byte("more"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := &Ledger{target: served}
			_, err := l.Endorse(t.Context(), signed(t, author, tamper(t, u.Bytes, change)))
			if refusal, ok := provenance.AsRefusal(err); !ok || refusal.Code != provenance.Invalid {
				t.Errorf("%v, want a refusal", err)
			}
		})
	}
}

func TestOnlyWhatTheAuthorSignedIsRelayed(t *testing.T) {
	author, _ := newAuthor(t, provenance.Auditors)
	u := propose(t, draft(author))
	good := signed(t, author, u.Bytes)
	other, _ := newAuthor(t, provenance.Auditors)
	// No peer is behind this ledger: what passes the check would panic.
	l := &Ledger{target: served}
	tx := endorse(t, u.Bytes, nil)
	for name, sign := range map[string]func(text []byte) ledger.Signed{
		"no signature":                 func(text []byte) ledger.Signed { return ledger.Signed{Bytes: text} },
		"another author's":             func(text []byte) ledger.Signed { return signed(t, other, text) },
		"the signature of other bytes": func(text []byte) ledger.Signed { return ledger.Signed{Bytes: text, Signature: good.Signature[:8]} },
		"the high S": func(text []byte) ledger.Signed {
			return ledger.Signed{Bytes: text, Signature: highS(t, signed(t, author, text))}
		},
		"other bytes": func([]byte) ledger.Signed { return signed(t, author, []byte("hello")) },
		"nothing":     func([]byte) ledger.Signed { return ledger.Signed{} },
	} {
		t.Run(name, func(t *testing.T) {
			_, err := l.Endorse(t.Context(), sign(u.Bytes))
			if refusal, ok := provenance.AsRefusal(err); !ok || refusal.Code != provenance.Invalid {
				t.Errorf("a proposal: %v, want a refusal", err)
			}
			_, err = l.Submit(t.Context(), sign(tx))
			if refusal, ok := provenance.AsRefusal(err); !ok || refusal.Code != provenance.Invalid {
				t.Errorf("a transaction: %v, want a refusal", err)
			}
		})
	}
	i, err := served.readProposal(u.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if err := i.verify(good); err != nil {
		t.Errorf("the author's own signature: %v", err)
	}
}

// highS is the other signature that elliptic curves allow.
func highS(t *testing.T, s ledger.Signed) []byte {
	t.Helper()
	var value struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(s.Signature, &value); err != nil {
		t.Fatal(err)
	}
	value.S.Sub(elliptic.P256().Params().N, value.S)
	text, err := asn1.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestAnAuthorDoesNotSignAnotherTransaction(t *testing.T) {
	author, _ := newAuthor(t, provenance.Auditors)
	d := draft(author)
	u := propose(t, d)
	tx := ledger.Unsigned{Tx: u.Tx, Bytes: endorse(t, u.Bytes, recorded("{}"))}
	if err := checker.CheckTransaction(tx, u.Bytes); err != nil {
		t.Fatal(err)
	}
	d.Document = []byte(`{"id":"two"}`)
	second := propose(t, d) // of the same nonce, hence of the same identifier
	if second.Tx != u.Tx {
		t.Fatal("the second proposal has another identifier")
	}
	late, err := served.propose(draft(author), []byte("another nonce"), moment)
	if err != nil {
		t.Fatal(err)
	}
	graft := unmarshal(t, tx.Bytes, new(common.Payload))
	graft.Data = unmarshal(t, endorse(t, second.Bytes, nil), new(common.Payload)).Data
	for name, bad := range map[string]ledger.Unsigned{
		"another document":              {Tx: u.Tx, Bytes: endorse(t, second.Bytes, nil)},
		"another document, same header": {Tx: u.Tx, Bytes: marshal(t, graft)},
		"another identifier":            {Tx: late.Tx, Bytes: endorse(t, late.Bytes, nil)},
		"a false label":                 {Tx: late.Tx, Bytes: tx.Bytes},
		"no transaction":                {Tx: u.Tx, Bytes: u.Bytes},
		"an endorsement of another proposal": {Tx: u.Tx, Bytes: exchange(t, tx.Bytes, func(r *peer.ProposalResponsePayload) {
			r.ProposalHash = make([]byte, 32)
		})},
		"another chaincode's answer": {Tx: u.Tx, Bytes: exchange(t, tx.Bytes, func(r *peer.ProposalResponsePayload) {
			r.Extension = marshal(t, &peer.ChaincodeAction{ChaincodeId: &peer.ChaincodeID{Name: "other"}})
		})},
	} {
		t.Run(name, func(t *testing.T) {
			if err := checker.CheckTransaction(bad, u.Bytes); err == nil {
				t.Error("it would be signed")
			}
		})
	}
}

// exchange changes what the endorsers of a transaction signed.
func exchange(t *testing.T, text []byte, change func(*peer.ProposalResponsePayload)) []byte {
	t.Helper()
	payload := unmarshal(t, text, new(common.Payload))
	tx := unmarshal(t, payload.Data, new(peer.Transaction))
	action := unmarshal(t, tx.Actions[0].Payload, new(peer.ChaincodeActionPayload))
	response := unmarshal(t, action.Action.ProposalResponsePayload, new(peer.ProposalResponsePayload))
	change(response)
	action.Action.ProposalResponsePayload = marshal(t, response)
	tx.Actions[0].Payload = marshal(t, action)
	payload.Data = marshal(t, tx)
	return marshal(t, payload)
}
