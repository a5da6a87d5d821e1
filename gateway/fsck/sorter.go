package fsck

import (
	"bufio"
	"cmp"
	"container/heap"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"
)

// row is one row of what is compared: of a table, four values.
type row struct {
	table byte
	value [4]string
}

func (r row) compare(b row) int {
	if r.table != b.table {
		return cmp.Compare(r.table, b.table)
	}
	for i := range r.value {
		if c := cmp.Compare(r.value[i], b.value[i]); c != 0 {
			return c
		}
	}
	return 0
}

// mostHeld bounds the memory that a sorter takes before it writes a run to disk.
const mostHeld = 64 << 20

// sorter puts any number of rows in order with bounded memory, and drops those
// that come twice.
type sorter struct {
	folder string
	limit  int
	held   []row
	size   int
	runs   []*os.File
}

func newSorter(folder string) *sorter { return &sorter{folder: folder, limit: mostHeld} }

func (s *sorter) add(r row) error {
	s.held = append(s.held, r)
	s.size += 96
	for _, v := range r.value {
		s.size += len(v)
	}
	if s.size < s.limit {
		return nil
	}
	return s.spill()
}

func (s *sorter) order() {
	slices.SortFunc(s.held, row.compare)
	s.held = slices.CompactFunc(s.held, func(a, b row) bool { return a == b })
}

// spill writes what is held to a run.
func (s *sorter) spill() error {
	s.order()
	f, err := os.CreateTemp(s.folder, "fairlead-fsck-*")
	if err != nil {
		return err
	}
	s.runs = append(s.runs, f)
	out := bufio.NewWriterSize(f, 1<<18)
	var length []byte
	for _, r := range s.held {
		_ = out.WriteByte(r.table) // its errors surface at Flush
		for _, v := range r.value {
			length = binary.AppendUvarint(length[:0], uint64(len(v)))
			_, _ = out.Write(length)
			_, _ = out.WriteString(v)
		}
	}
	s.held, s.size = s.held[:0:0], 0
	if err := out.Flush(); err != nil {
		return err
	}
	_, err = f.Seek(0, io.SeekStart)
	return err
}

// close takes the runs away.
func (s *sorter) close() error {
	var err error
	for _, f := range s.runs {
		err = errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	s.runs = nil
	return err
}

// rows is a stream of rows in order. Its next says false at the end.
type rows interface {
	next() (row, bool, error)
}

// sorted ends the adding and gives all rows in order, each once.
func (s *sorter) sorted() (rows, error) {
	s.order()
	m := &merge{}
	sources := []rows{&inMemory{s.held}}
	for _, f := range s.runs {
		sources = append(sources, &spilled{bufio.NewReaderSize(f, 1<<16)})
	}
	for _, source := range sources {
		if err := m.refill(source); err != nil {
			return nil, err
		}
	}
	return m, nil
}

type inMemory struct{ rest []row }

func (l *inMemory) next() (row, bool, error) {
	if len(l.rest) == 0 {
		return row{}, false, nil
	}
	r := l.rest[0]
	l.rest = l.rest[1:]
	return r, true, nil
}

type spilled struct{ in *bufio.Reader }

func (r *spilled) next() (row, bool, error) {
	var out row
	var err error
	if out.table, err = r.in.ReadByte(); errors.Is(err, io.EOF) {
		return row{}, false, nil
	}
	for i := range out.value {
		var length uint64
		if err == nil {
			length, err = binary.ReadUvarint(r.in)
		}
		if err == nil {
			text := make([]byte, length)
			_, err = io.ReadFull(r.in, text)
			out.value[i] = string(text)
		}
	}
	return out, err == nil, err
}

// merge joins streams that are in order.
type merge struct {
	heads heads
	last  row
	begun bool
}

type head struct {
	row
	from rows
}

type heads []head

func (h heads) Len() int           { return len(h) }
func (h heads) Less(i, j int) bool { return h[i].compare(h[j].row) < 0 }
func (h heads) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *heads) Push(x any)        { *h = append(*h, x.(head)) }
func (h *heads) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

func (m *merge) refill(from rows) error {
	r, ok, err := from.next()
	if ok {
		heap.Push(&m.heads, head{r, from})
	}
	return err
}

func (m *merge) next() (row, bool, error) {
	for len(m.heads) > 0 {
		h := heap.Pop(&m.heads).(head)
		if err := m.refill(h.from); err != nil {
			return row{}, false, err
		}
		if m.begun && h.row == m.last {
			continue
		}
		m.last, m.begun = h.row, true
		return h.row, true, nil
	}
	return row{}, false, nil
}
