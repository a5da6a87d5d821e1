package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// chromium is a headless browser with one page, driven by its debugging
// protocol over a pair of pipes.
type chromium struct {
	t       *testing.T
	to      *os.File
	from    *bufio.Reader
	session string
	last    int
}

// openChromium starts one with storage of its own, which is empty. Where there is
// no Chromium the page's code runs in Node alone, in the tests beside these.
func openChromium(t *testing.T) *chromium {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not on this machine: the page is not driven in a browser")
	}
	theirs, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	from, theirOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	run := exec.CommandContext(ctx, program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+t.TempDir(), "--remote-debugging-pipe", "about:blank")
	run.ExtraFiles = []*os.File{theirs, theirOut} // 3 and 4
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	theirs.Close()
	theirOut.Close()
	b := &chromium{t: t, to: to, from: bufio.NewReader(from)}
	t.Cleanup(func() {
		b.call("Browser.close", nil, nil)
		to.Close()
		ended := time.AfterFunc(20*time.Second, stop)
		run.Wait() // how it ends says nothing of the page
		ended.Stop()
		stop()
		from.Close()
	})
	from.SetReadDeadline(time.Now().Add(3 * time.Minute)) // hangs are found, slowness is not judged
	var target struct{ TargetID string }
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	b.call("Page.enable", nil, nil)
	return b
}

// call sends one command and reads its answer; events in between are passed over.
func (b *chromium) call(method string, params any, into any) {
	b.t.Helper()
	b.last++
	message := map[string]any{"id": b.last, "method": method}
	if params != nil {
		message["params"] = params
	}
	if b.session != "" && !strings.HasPrefix(method, "Browser.") {
		message["sessionId"] = b.session
	}
	text, err := json.Marshal(message)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.to.Write(append(text, 0)); err != nil {
		b.t.Fatal(err)
	}
	for {
		text, err := b.from.ReadBytes(0)
		if err != nil {
			if method == "Browser.close" {
				return
			}
			b.t.Fatalf("%s: %v", method, err)
		}
		var answer struct {
			ID     int
			Result json.RawMessage
			Error  *struct{ Message string }
		}
		if err := json.Unmarshal(text[:len(text)-1], &answer); err != nil {
			b.t.Fatal(err)
		}
		if answer.ID != b.last {
			continue
		}
		if answer.Error != nil {
			b.t.Fatalf("%s: %s", method, answer.Error.Message)
		}
		if into != nil {
			if err := json.Unmarshal(answer.Result, into); err != nil {
				b.t.Fatal(err)
			}
		}
		return
	}
}

// does runs a script on the page and gives what it comes to, as text.
func (b *chromium) does(script string) string {
	b.t.Helper()
	var answer struct {
		Result           struct{ Value any }
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	b.call("Runtime.evaluate", map[string]any{"expression": script, "awaitPromise": true, "returnByValue": true}, &answer)
	if e := answer.ExceptionDetails; e != nil {
		b.t.Fatalf("%s: %s %s", script, e.Text, e.Exception.Description)
	}
	return fmt.Sprint(answer.Result.Value)
}

// opens loads an address, or the same one anew, and waits until its program has
// drawn what there is.
func (b *chromium) opens(address string) {
	b.t.Helper()
	b.call("Page.navigate", map[string]any{"url": address}, nil)
	b.until(`document.readyState === "complete" && document.getElementById("loading")?.hidden === true`)
}

// until waits until a condition holds; the reading's deadline ends it.
func (b *chromium) until(condition string) {
	b.t.Helper()
	for began := time.Now(); b.does(condition) != "true"; time.Sleep(50 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			b.t.Fatalf("it never came to %s; the page reads\n%s", condition, b.does(`document.body.innerText`))
		}
	}
}

// says waits until an element says something.
func (b *chromium) says(id, text string) {
	b.t.Helper()
	b.until(fmt.Sprintf(`(document.getElementById(%q)?.innerText ?? "").includes(%q)`, id, text))
}

func (b *chromium) presses(selector string) {
	b.t.Helper()
	b.does(fmt.Sprintf(`document.querySelector(%q).click()`, selector))
}

func (b *chromium) fills(id, value string) {
	b.t.Helper()
	b.does(fmt.Sprintf(`document.getElementById(%q).value = %q`, id, value))
}

// chooses puts a file into a field.
func (b *chromium) chooses(id, file string) {
	b.t.Helper()
	var document struct{ Root struct{ NodeID int } }
	b.call("DOM.getDocument", nil, &document)
	var field struct{ NodeID int }
	b.call("DOM.querySelector", map[string]any{"nodeId": document.Root.NodeID, "selector": "#" + id}, &field)
	b.call("DOM.setFileInputFiles", map[string]any{"nodeId": field.NodeID, "files": []string{file}}, nil)
}
