package proof

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/test/ledgertest"
	"github.com/fairlead/fairlead/test/world"
)

// authority is an organisation's root and the intermediate that issues.
type authority struct {
	org                     provenance.Org
	root, intermediate      *x509.Certificate
	rootKey, intermediateKy *ecdsa.PrivateKey
}

// someone has a certificate and its key.
type someone struct {
	identity []byte
	key      *ecdsa.PrivateKey
}

// network signs with certificates of its own what the real contract answers.
type network struct {
	t       testing.TB
	ledger  *ledgertest.Ledger
	world   *world.World
	asker   ledger.Signer
	orgs    map[provenance.Org]*authority
	peers   map[provenance.Org]someone
	orders  map[provenance.Org]someone
	reader  someone
	now     time.Time
	records []provenance.Record

	index map[provenance.DigestPart][]provenance.SealEntry // of records, once asked about
	own   map[provenance.Ref]string
}

var sealed = time.Date(2026, 12, 3, 12, 0, 0, 0, time.UTC)

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (n *network) issue(template, parent *x509.Certificate, public any, key *ecdsa.PrivateKey) *x509.Certificate {
	n.t.Helper()
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		n.t.Fatal(err)
	}
	template.SerialNumber = serial
	if template.NotAfter.IsZero() {
		template.NotBefore, template.NotAfter = sealed.AddDate(-1, 0, 0), sealed.AddDate(10, 0, 0)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
	if err != nil {
		n.t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		n.t.Fatal(err)
	}
	return c
}

func (n *network) authority(org provenance.Org) *authority {
	ca := func(name string) *x509.Certificate {
		return &x509.Certificate{Subject: pkix.Name{CommonName: string(org) + name}, IsCA: true, BasicConstraintsValid: true,
			KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}
	}
	a := &authority{org: org, rootKey: newKey(n.t), intermediateKy: newKey(n.t)}
	template := ca(" root")
	a.root = n.issue(template, template, a.rootKey.Public(), a.rootKey)
	a.intermediate = n.issue(ca(" members"), a.root, a.intermediateKy.Public(), a.rootKey)
	return a
}

func identityOf(t testing.TB, org provenance.Org, c *x509.Certificate) []byte {
	return marshal(t, &msp.SerializedIdentity{Mspid: org.MSP(), IdBytes: []byte(pemOf(c))})
}

func pemOf(c *x509.Certificate) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}

func marshal(t testing.TB, m proto.Message) []byte {
	t.Helper()
	text, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// enrol issues a certificate; alter changes it first.
func (n *network) enrol(org provenance.Org, unit string, alter ...func(*x509.Certificate)) someone {
	a, key := n.orgs[org], newKey(n.t)
	template := &x509.Certificate{Subject: pkix.Name{CommonName: "node", OrganizationalUnit: []string{unit}}, KeyUsage: x509.KeyUsageDigitalSignature}
	for _, f := range alter {
		f(template)
	}
	return someone{identityOf(n.t, org, n.issue(template, a.intermediate, key.Public(), a.intermediateKy)), key}
}

func (s someone) sign(t testing.TB, low bool, parts ...[]byte) []byte {
	t.Helper()
	sum := sha256.New()
	for _, p := range parts {
		sum.Write(p)
	}
	r, v, err := ecdsa.Sign(rand.Reader, s.key, sum.Sum(nil))
	if err != nil {
		t.Fatal(err)
	}
	order := elliptic.P256().Params().N
	if (v.Cmp(new(big.Int).Rsh(order, 1)) > 0) == low {
		v.Sub(order, v)
	}
	text, err := asn1.Marshal(struct{ R, S *big.Int }{r, v})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// told is a network whose ledger holds a world.
func told(t testing.TB) *network { return tell(t, true) }

// founded is one whose ledger holds who and where, and nothing that happened.
func founded(t testing.TB) *network { return tell(t, false) }

func tell(t testing.TB, happened bool) *network {
	t.Helper()
	n := &network{t: t, ledger: ledgertest.New(t), world: world.New(1), orgs: map[provenance.Org]*authority{}, peers: map[provenance.Org]someone{}, orders: map[provenance.Org]someone{}, now: sealed}
	cast, err := n.world.Found(t.Context(), n.ledger, n.ledger.Signers())
	if err == nil && happened {
		err = n.world.Tell(t.Context(), n.ledger, cast)
	}
	if err != nil {
		t.Fatal(err)
	}
	n.asker = n.ledger.Enrol(provenance.Brands, false)
	for _, org := range provenance.Orgs() {
		n.orgs[org] = n.authority(org)
		n.peers[org], n.orders[org] = n.enrol(org, "peer"), n.enrol(org, "orderer")
	}
	n.reader = n.enrol(provenance.Brands, "client")
	height, err := n.ledger.Height(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	done := false
	_ = n.ledger.Follow(t.Context(), 0, func(b ledger.Block) error {
		for _, tx := range b.Transactions {
			var r provenance.Recorded
			if err := json.Unmarshal(tx.Payload, &r); err == nil && tx.Valid() {
				n.records = append(n.records, r.Records...)
			}
		}
		if done = b.Number == height-1; done {
			return errEnough
		}
		return nil
	})
	return n
}

var errEnough = errTest("enough")

type errTest string

func (e errTest) Error() string { return string(e) }

// answer has the contract answer a question.
func (n *network) answer(transaction string, document []byte) ([]byte, error) {
	draft := ledger.Draft{Author: n.asker.Identity(), Transaction: transaction, Document: document}
	unsigned, err := n.ledger.Prepare(n.t.Context(), draft)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(unsigned.Bytes)
	signature, err := n.asker.Sign(sum[:])
	if err != nil {
		return nil, err
	}
	endorsed, err := n.ledger.Endorse(n.t.Context(), ledger.Signed{Bytes: unsigned.Bytes, Signature: signature})
	return endorsed.Result, err
}

// twist changes how a seal is made.
type twist struct {
	peers    []someone // who endorse
	high     bool      // signatures with the higher S
	status   int32
	txID     string
	proposal []byte // that the response answers
	asker    *someone

	chaincode string // that is asked, "fairlead" when empty
}

// seal signs an answer as a network's peers do.
func (n *network) seal(args [][]byte, answer []byte, w twist) Seal {
	t := n.t
	reader := n.reader
	if w.asker != nil {
		reader = *w.asker
	}
	nonce := make([]byte, 24)
	if _, err := rand.Read(nonce); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(append(append([]byte{}, nonce...), reader.identity...))
	id := hex.EncodeToString(sum[:])
	if w.txID != "" {
		id = w.txID
	}
	name := &peer.ChaincodeID{Name: cmp.Or(w.chaincode, "fairlead")}
	channel := marshal(t, &common.ChannelHeader{Type: 3, ChannelId: "labour", TxId: id, Timestamp: timestamppb.New(n.now), Extension: marshal(t, &peer.ChaincodeHeaderExtension{ChaincodeId: name})})
	signature := marshal(t, &common.SignatureHeader{Creator: reader.identity, Nonce: nonce})
	payload := marshal(t, &peer.ChaincodeProposalPayload{Input: marshal(t, &peer.ChaincodeInvocationSpec{ChaincodeSpec: &peer.ChaincodeSpec{
		Type: peer.ChaincodeSpec_GOLANG, ChaincodeId: name, Input: &peer.ChaincodeInput{Args: args}}})})
	proposal := marshal(t, &peer.Proposal{Header: marshal(t, &common.Header{ChannelHeader: channel, SignatureHeader: signature}), Payload: payload})
	hash := sha256.New()
	for _, p := range [][]byte{channel, signature, payload, w.proposal} {
		hash.Write(p)
	}
	status := int32(200)
	if w.status != 0 {
		status = w.status
	}
	response := marshal(t, &peer.ProposalResponsePayload{ProposalHash: hash.Sum(nil), Extension: marshal(t, &peer.ChaincodeAction{
		Response: &peer.Response{Status: status, Payload: answer}, ChaincodeId: name})})
	s := Seal{Proposal: proposal, Signature: reader.sign(t, true, proposal), Response: response}
	peers := w.peers
	if peers == nil {
		peers = []someone{n.peers[provenance.Brands], n.peers[provenance.Workers]}
	}
	for _, p := range peers {
		s.Endorsements = append(s.Endorsements, Endorsement{p.identity, p.sign(t, !w.high, response, p.identity)})
	}
	return s
}

func (n *network) roots() Roots {
	r := Roots{Format: RootsFormat, Channel: "labour", Chaincode: "fairlead", Quorum: 3}
	for _, org := range provenance.Orgs() {
		r.Organizations = append(r.Organizations, Organization{Name: org, Roots: []string{pemOf(n.orgs[org].root)}, Intermediates: []string{pemOf(n.orgs[org].intermediate)}})
	}
	return r
}

func (n *network) question() provenance.Question {
	return provenance.Question{GTIN: n.world.Shirt.GTIN, AsOf: sealed.Add(-time.Minute)}
}

// bundle makes a bundle of the shirt.
func (n *network) bundle(full bool, w twist) Product {
	n.t.Helper()
	return n.bundleOf(n.question(), full, w)
}

// bundleOf makes a bundle of what a question asks about.
func (n *network) bundleOf(q provenance.Question, full bool, w twist) Product {
	n.t.Helper()
	asking := func(transaction string) Asking {
		return func(question []byte) (Seal, []byte, error) {
			answer, err := n.answer(transaction, question)
			return n.seal([][]byte{[]byte(transaction), question}, answer, w), answer, err
		}
	}
	b, err := MakeProduct(q, n.records, nonceOf(7), full, asking("Digests"), asking("Conclude"))
	if err != nil {
		n.t.Fatal(err)
	}
	return b
}

func nonceOf(n byte) string {
	sum := sha256.Sum256([]byte{n})
	return hex.EncodeToString(sum[:])
}

// text is a bundle as it is handed out.
func (n *network) text(b Product) string {
	n.t.Helper()
	text, err := provenance.Canonical(b)
	if err != nil {
		n.t.Fatal(err)
	}
	return string(text)
}

func (n *network) verify(b Product) Report {
	n.t.Helper()
	report, err := VerifyProduct([]byte(n.text(b)), n.roots(), Terms{Now: n.now.Add(time.Hour), MaxAge: 24 * time.Hour})
	if err != nil {
		n.t.Fatal(err)
	}
	return report
}

// rsaPeer is a peer whose key is not of the kind that Fabric signs with.
func (n *network) rsaPeer(org provenance.Org) someone {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		n.t.Fatal(err)
	}
	a := n.orgs[org]
	template := &x509.Certificate{Subject: pkix.Name{CommonName: "node", OrganizationalUnit: []string{"peer"}}}
	return someone{identityOf(n.t, org, n.issue(template, a.intermediate, key.Public(), a.intermediateKy)), newKey(n.t)}
}
