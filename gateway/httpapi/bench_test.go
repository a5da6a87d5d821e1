package httpapi_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"syscall"
	"testing"

	"github.com/gin-gonic/gin"
)

// BenchmarkReading compares the two addresses that strangers ask for most with
// bare Gin serving the same bytes: the handlers alone, and over a connection.
func BenchmarkReading(b *testing.B) {
	g := founded(b)
	for name, path := range map[string]string{
		"history": "/v1/products/" + g.world.Shirt.GTIN + "/history", "page": "/01/" + g.world.Shirt.GTIN,
	} {
		first := g.do(http.MethodGet, path, map[string]string{"Accept-Encoding": "gzip"}, nil)
		gin.SetMode(gin.ReleaseMode)
		bare := gin.New()
		bare.GET(path, func(c *gin.Context) { c.Data(http.StatusOK, first.header.Get("Content-Type"), first.body) })
		for who, handler := range map[string]http.Handler{"ours": g.handler, "bare": bare} {
			b.Run(name+"/handler/"+who, func(b *testing.B) { ask(b, handler, path) })
			b.Run(name+"/connection/"+who, func(b *testing.B) { fetch(b, handler, path) })
		}
	}
}

func ask(b *testing.B, handler http.Handler, path string) {
	request := httptest.NewRequest(http.MethodGet, path, nil)
	request.Header.Set("Accept-Encoding", "gzip")
	b.ReportAllocs()
	before := cpu(b)
	defer func() { b.ReportMetric(float64(cpu(b)-before)/float64(b.N), "cpu-ns/op") }()
	for b.Loop() {
		w := &sink{header: http.Header{}}
		handler.ServeHTTP(w, request)
		if w.status != http.StatusOK {
			b.Fatalf("%d", w.status)
		}
	}
}

// sink takes an answer and keeps nothing of it.
type sink struct {
	header http.Header
	status int
}

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(status int)      { s.status = status }
func (s *sink) Write(p []byte) (int, error) { return len(p), nil }

// fetch asks over one connection with the cheapest client there is, so that
// what is measured is the server: it sends the same bytes again and again, and
// reads as many as came the first time.
func fetch(b *testing.B, handler http.Handler, path string) {
	server := httptest.NewServer(handler)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	request := []byte("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n")
	answer := make([]byte, 1<<20)
	if _, err = conn.Write(request); err != nil {
		b.Fatal(err)
	}
	size := 0
	for whole := 0; whole == 0 || size < whole; {
		n, err := conn.Read(answer[size:])
		if err != nil {
			b.Fatal(err)
		}
		size += n
		if head, _, ended := bytes.Cut(answer[:size], []byte("\r\n\r\n")); ended && whole == 0 {
			length := regexp.MustCompile(`Content-Length: (\d+)`).FindSubmatch(head)
			body, _ := strconv.Atoi(string(length[1]))
			whole = len(head) + 4 + body
		}
	}
	b.ReportAllocs()
	before := cpu(b)
	defer func() { b.ReportMetric(float64(cpu(b)-before)/float64(b.N), "cpu-ns/op") }()
	for b.Loop() {
		if _, err := conn.Write(request); err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(conn, answer[:size]); err != nil {
			b.Fatal(err)
		}
	}
}

// cpu is the time that this process has computed, in nanoseconds: on a busy
// machine it tells more than the clock.
func cpu(b *testing.B) int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
