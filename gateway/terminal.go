package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/mattn/go-isatty"
)

// interactive says whether a person watches a stream.
func interactive(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

// progress tells how far something long has come, in one line that is
// overwritten; only where somebody watches. It may be used concurrently.
type progress struct {
	to    io.Writer
	shown bool

	mu    sync.Mutex
	width int
	last  time.Time
}

func newProgress(to io.Writer) *progress { return &progress{to: to, shown: interactive(to)} }

func (p *progress) say(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := time.Now(); p.shown && now.Sub(p.last) > 50*time.Millisecond {
		p.last = now
		p.overwrite(fmt.Sprintf(format, args...))
	}
}

// clear takes the line away, so that what follows stands alone.
func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.width > 0 {
		p.overwrite("")
		_, _ = io.WriteString(p.to, "\r") // it is but a help
	}
}

func (p *progress) overwrite(text string) {
	width := len([]rune(text))
	_, _ = io.WriteString(p.to, "\r"+text+strings.Repeat(" ", max(0, p.width-width))) // it is but a help
	p.width = width
}

func printJSON(to io.Writer, v any) error {
	out := json.NewEncoder(to)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(v)
}

// counted writes a number with its noun: 1 row, 2 rows.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
