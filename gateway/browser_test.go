package main

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// encryptedKey writes the author's key as openssl encrypts it, with a password.
func (m *members) encryptedKey(password string) string {
	m.Helper()
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		m.Skip("openssl is not on this machine: there is no encrypted key to bring")
	}
	private, err := x509.MarshalPKCS8PrivateKey(m.author.Key)
	if err != nil {
		m.Fatal(err)
	}
	encrypt := exec.Command(openssl, "pkcs8", "-topk8", "-v2", "aes-256-cbc", "-inform", "DER", "-passout", "pass:"+password)
	encrypt.Stdin = bytes.NewReader(private)
	encrypted, err := encrypt.Output()
	if err != nil {
		m.Fatal(err)
	}
	return m.file("encrypted.pem", string(encrypted))
}

// brings brings the author's key into a browser that has none.
func (m *members) brings(b *chromium) {
	m.Helper()
	b.opens(m.server.URL + "/author")
	b.fills("bring-org", "Workers")
	b.chooses("bring-key", m.encryptedKey("right"))
	b.chooses("bring-certificate", filepath.Join(m.folder, "cert.pem"))
	b.fills("bring-password", "right")
	b.presses("#bring button")
	b.says("key-said", "cannot be read out of it again")
}

// An encrypted key comes into the browser with its password alone, cannot be
// read out of it again, outlives the page, and signs its author in and out.
func TestAKeyIsBroughtIntoTheBrowserAndSignsIn(t *testing.T) {
	b, m := openChromium(t), atAGateway(t)
	b.opens(m.server.URL + "/author")
	b.fills("bring-org", "Workers")
	b.chooses("bring-key", m.encryptedKey("right"))
	b.chooses("bring-certificate", filepath.Join(m.folder, "cert.pem"))
	b.fills("bring-password", "wrong")
	b.presses("#bring button")
	b.says("key-said", "the password does not open this key")
	b.chooses("bring-key", filepath.Join(m.folder, "key.pem"))
	b.fills("bring-password", "right")
	b.presses("#bring button")
	b.says("key-said", "A key without a password is not taken")
	b.until(`!document.getElementById("no-key").hidden`)
	m.brings(b)
	if got := b.does(`new Promise((done) => { const o = indexedDB.open("fairlead-author"); o.onsuccess = () => {
		const g = o.result.transaction("author").objectStore("author").get("me");
		g.onsuccess = () => { o.result.close(); crypto.subtle.exportKey("pkcs8", g.result.key).then(() => done("read out"), (e) => done(g.result.key.extractable + " " + e.name)); }; }; })`); got != "false InvalidAccessError" {
		t.Errorf("the key is %s", got)
	}
	if password := b.does(`document.getElementById("bring-password").value`); password != "" {
		t.Error("the password stays on the page")
	}
	b.opens(m.server.URL + "/author")
	b.says("who", "Workers /")

	b.presses("#sign-in")
	b.says("session-who", memberID)
	if cookies := b.does(`document.cookie`); cookies != "" {
		t.Errorf("scripts can read the session: %s", cookies)
	}
	ask := func() {
		t.Helper()
		b.fills("ask-kind", "cohort")
		b.fills("ask-id", "01ARZ3NDEKTSV4RRFFQ69G5FB2")
		b.presses("#ask button")
	}
	ask()
	b.says("asked", "7")
	m.model.stand("SUSPENDED")
	ask()
	b.says("session-said", "are not shown one by one")
	b.opens(m.server.URL + "/author")
	b.until(`!document.getElementById("sign-in").hidden && document.getElementById("signed-in").hidden`)
	m.model.stand("RESTORED")
	b.opens(m.server.URL + "/author")
	b.says("session-who", memberID) // the session went on, it was good for nothing meanwhile
	b.presses("#sign-out")
	b.says("session-said", "Signed out")
	b.opens(m.server.URL + "/author")
	b.until(`!document.getElementById("sign-in").hidden`)
}

// A gateway that passes on another's challenge gets no signature of it.
func TestThePageSignsInAtItsOwnAddressAlone(t *testing.T) {
	b, m := openChromium(t), atAGateway(t)
	m.brings(b)
	m.says = "https://elsewhere.example"
	m.server.Config.Handler = m.handler()
	b.opens(m.server.URL + "/author")
	b.presses("#sign-in")
	b.says("session-said", "Nothing was signed: this gateway says that it is https://elsewhere.example")
}

// losing cuts the line whenever a transaction is submitted, until it is mended:
// before the gateway hears of it, or after it was committed. Once is not enough,
// for browsers send again by themselves.
type losing struct {
	next http.Handler
	mu   sync.Mutex
	cut  string // before, after, or nothing
}

func (l *losing) set(cut string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = cut
}

func (l *losing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	cut := l.cut
	l.mu.Unlock()
	if cut == "" || r.URL.Path != "/v1/transactions/submit" {
		l.next.ServeHTTP(w, r)
		return
	}
	if cut == "after" {
		l.next.ServeHTTP(httptest.NewRecorder(), r)
	}
	panic(http.ErrAbortHandler)
}

// The answer to a submission is lost; the page is loaded anew, asks, and finds
// out. The transaction is committed once, whether it was before or was not.
func TestWhatBecameOfItIsFoundOutAfterAReload(t *testing.T) {
	b, m := openChromium(t), atAGateway(t)
	line := &losing{next: m.server.Config.Handler}
	m.server.Config.Handler = line
	m.brings(b)
	for n, cut := range []string{"before", "after"} {
		t.Run("lost "+cut+" it arrived", func(t *testing.T) {
			b.t = t
			id := "01ARZ3NDEKTSV4RRFFQ69G5FC" + fmt.Sprint(n)
			b.opens(m.server.URL + "/author")
			b.fills("kind", string(provenance.KindParty))
			b.fills("document", strings.Replace(partyDocument, "01ARZ3NDEKTSV4RRFFQ69G5FAV", id, 1))
			b.presses("#write button")
			b.until(`!document.getElementById("review").hidden`)
			line.set(cut)
			committed := m.book.Committed()
			b.presses("#sign")
			row := `[...document.querySelectorAll("#transactions li")].find((li) => li.innerText.includes("` + id + `"))`
			b.until(row + `?.innerText.includes("unknown") === true`)
			line.set("")
			b.opens(m.server.URL + "/author")
			b.until(row + `?.innerText.includes("unknown") === true`)
			if got, want := m.book.Committed()-committed, map[string]int{"before": 0, "after": 1}[cut]; got != want {
				t.Errorf("after the loss %d are committed, want %d", got, want)
			}
			b.does(row + `.querySelector("button").click()`)
			b.until(row + `?.innerText.includes("✓ committed in block") === true`)
			if got := m.book.Committed() - committed; got != 1 {
				t.Errorf("%d are committed, want 1", got)
			}
		})
	}
	b.t = t
}
