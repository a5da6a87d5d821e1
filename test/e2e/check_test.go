//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser starts Chromium without a screen. What a page complains of, such as
// its own policy, fails the test.
func browser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed: pages are not driven in a real browser")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true))
	allocated, free := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(free)
	tab, done := chromedp.NewContext(allocated)
	t.Cleanup(done)
	ctx, cancel := context.WithTimeout(tab, 3*time.Minute)
	t.Cleanup(cancel)
	chromedp.ListenTarget(ctx, func(event any) {
		switch e := event.(type) {
		case *log.EventEntryAdded:
			if strings.Contains(e.Entry.Text, "Security Policy") {
				t.Errorf("the page breaks its policy: %s", e.Entry.Text)
			}
		case *runtime.EventExceptionThrown:
			t.Errorf("the page fails: %s", e.ExceptionDetails.Error())
		}
	})
	return ctx
}

// checkInBrowser takes a bundle on the page that is open, checks it, and gives
// the verdict with the steps.
func checkInBrowser(t *testing.T, ctx context.Context, file string) (verdict, steps string) {
	t.Helper()
	err := chromedp.Run(ctx,
		chromedp.SetUploadFiles("#bundle-file", []string{file}, chromedp.ByQuery),
		chromedp.WaitReady("#taken:not(:empty)", chromedp.ByQuery),
		chromedp.Evaluate(`document.getElementById("outcome").hidden = true; document.getElementById("steps").replaceChildren()`, nil),
		chromedp.Click("#check", chromedp.ByQuery),
		chromedp.WaitVisible("#outcome", chromedp.ByQuery),
		chromedp.Text("#verdict", &verdict, chromedp.ByQuery),
		chromedp.Text("#steps", &steps, chromedp.ByQuery),
	)
	if err != nil {
		t.Fatal(err)
	}
	return verdict, steps
}

// shot keeps a picture of the page at a width, for people who look.
func shot(t *testing.T, ctx context.Context, name string, width int64) {
	t.Helper()
	var wide bool
	var picture []byte
	err := chromedp.Run(ctx,
		emulation.SetDeviceMetricsOverride(width, 900, 1, width < 500),
		chromedp.Evaluate(`document.documentElement.scrollWidth > innerWidth`, &wide),
		chromedp.FullScreenshot(&picture, 90),
	)
	if err != nil {
		t.Fatal(err)
	}
	if wide {
		t.Errorf("%s: the page is wider than a screen of %d", name, width)
	}
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name+".jpg"), picture, 0o600); err != nil {
		t.Fatal(err)
	}
}

// checking opens the page that checks, turns the network off, and checks bundles
// that are whole and bundles that are not.
func (s *system) checking(t *testing.T) {
	s.t = t
	ctx := browser(t)
	read := func(name string) []byte {
		text, err := os.ReadFile(filepath.Join(s.folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	write := func(name string, text []byte) string {
		path := filepath.Join(s.folder, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	public := read("public.json")
	var bundle, taken, from, module string
	err := chromedp.Run(ctx,
		chromedp.Navigate(s.url+"/01/"+shirt),
		chromedp.Click(`a[href^="/check"]`, chromedp.ByQuery),
		chromedp.WaitVisible("#ready", chromedp.ByQuery),
		chromedp.Value("#link", &bundle, chromedp.ByQuery),
		chromedp.Click("#link-form button", chromedp.ByQuery),
		chromedp.Poll(`document.getElementById("taken").textContent.startsWith("Loaded")`, nil),
		chromedp.Text("#taken", &taken, chromedp.ByQuery),
		chromedp.Text("#roots-from", &from, chromedp.ByQuery),
		chromedp.Text("#module", &module, chromedp.ByQuery),
	)
	if err != nil {
		t.Fatal(err)
	}
	if want := "/v1/products/" + shirt + "/history/bundle"; bundle != want || !strings.Contains(from, "this gateway") {
		t.Errorf("the page offers %s, with roots of which it says %q", bundle, from)
	}
	prints := s.fairlead(0, "roots", "--fingerprint")
	if !strings.Contains(prints, module+"  verify.mjs") {
		t.Errorf("the page says that its module is %s, the command line\n%s", module, prints)
	}

	asked := 0
	chromedp.ListenTarget(ctx, func(event any) {
		if _, ok := event.(*network.EventRequestWillBeSent); ok {
			asked++
		}
	})
	err = chromedp.Run(ctx, network.Enable(), network.EmulateNetworkConditions(true, 0, -1, -1))
	if err != nil {
		t.Fatal(err)
	}
	verdict, steps := checkInBrowser(t, ctx, filepath.Join(s.folder, "public.json"))
	if !strings.Contains(verdict, "by roots that come from whoever serves it") || !strings.Contains(steps, "where the roots come from") {
		t.Errorf("with this gateway's own roots it says %s\n%s", verdict, steps)
	}
	err = chromedp.Run(ctx, chromedp.SendKeys("#printed", strings.Fields(prints)[0], chromedp.ByQuery))
	if err != nil {
		t.Fatal(err)
	}
	verdict, steps = checkInBrowser(t, ctx, filepath.Join(s.folder, "public.json"))
	if verdict != "It holds." || strings.Contains(steps, "FAILS") {
		t.Errorf("of an honest bundle, with the roots' fingerprint compared, it says %s\n%s", verdict, steps)
	}
	shot(t, ctx, "holds-390", 390)
	shot(t, ctx, "holds-1200", 1200)
	if verdict, steps = checkInBrowser(t, ctx, filepath.Join(s.folder, "record.json")); verdict != "It holds." {
		t.Errorf("of an honest record it says %s\n%s", verdict, steps)
	}
	shot(t, ctx, "record-390", 390)
	for name, c := range map[string]struct {
		text []byte
		step string
	}{
		"record":  {bytes.Replace(public, []byte(`\"at\":\"20`), []byte(`\"at\":\"19`), 1), "the records"},
		"nonce":   {regexp.MustCompile(`"nonce":"[0-9a-f]{4}`).ReplaceAll(public, []byte(`"nonce":"0000`)), "the seals’ signatures"},
		"letter":  {append(bytes.Clone(public), '\n'), "the file"},
		"missing": {regexp.MustCompile(`"records":\["(?:[^"\\]|\\.)*",`).ReplaceAll(public, []byte(`"records":[`)), "the records"},
	} {
		if bytes.Equal(c.text, public) {
			t.Fatalf("%s: nothing was altered", name)
		}
		verdict, steps := checkInBrowser(t, ctx, write("altered-"+name+".json", c.text))
		lines := strings.Split(strings.TrimSpace(steps), "\n")
		if last := lines[len(lines)-1]; !strings.Contains(verdict, "NOT hold") || !strings.Contains(last, "FAILS "+c.step) {
			t.Errorf("%s altered: it says %s, and at the end %s", name, verdict, last)
		}
	}
	shot(t, ctx, "fails-390", 390)
	shot(t, ctx, "fails-1200", 1200)
	if asked > 0 {
		t.Errorf("while it checked, the page asked for %d addresses", asked)
	}
}

// unscripted opens the page as a browser without scripts does.
func (s *system) unscripted(t *testing.T) {
	s.t = t
	ctx := browser(t)
	var text string
	var links int
	err := chromedp.Run(ctx,
		emulation.SetScriptExecutionDisabled(true),
		chromedp.Navigate(s.url+"/check?gtin="+shirt),
		chromedp.Text("main", &text, chromedp.ByQuery),
	)
	if err == nil {
		err = chromedp.Run(ctx, chromedp.ActionFunc(func(ctx context.Context) error {
			page := string(s.get(200, "/check?gtin="+shirt))
			links = strings.Count(page, `href="/v1/products/`+shirt+`/history/bundle" download`)
			return nil
		}))
	}
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text, "fairlead verify") || !strings.Contains(text, "runs no script") || strings.Contains(text, "Check it") || links != 1 {
		t.Errorf("without a script the page says\n%s", text)
	}
	shot(t, ctx, "unscripted-390", 390)
}
