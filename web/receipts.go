package web

import "html/template"

// Sheet is the page that is printed and cut apart for the workers of a cohort.
type Sheet struct {
	Address string // that the codes lead to
	Workers []Slip
}

// Slip is one worker's part: two cards that look alike, and the sign of the one
// that is the worker's own. The signs change places from worker to worker, so
// that nobody who saw one slip knows another's.
type Slip struct {
	Cards [2]Card
	Own   string
}

// Card is one code.
type Card struct {
	Sign string
	Code string
	QR   string // SVG
}

// Picture is the code as its own maker drew it.
func (c Card) Picture() template.HTML { return template.HTML(c.QR) }

var signs = [2]string{"●", "▲"}

// Add puts a worker on the sheet; the two switches are to be drawn by chance.
func (s *Sheet) Add(own, pressed Card, swapCards, swapSigns bool) {
	own.Sign, pressed.Sign = signs[0], signs[1]
	if swapSigns {
		own.Sign, pressed.Sign = pressed.Sign, own.Sign
	}
	slip := Slip{Cards: [2]Card{own, pressed}, Own: own.Sign}
	if swapCards {
		slip.Cards = [2]Card{pressed, own}
	}
	s.Workers = append(s.Workers, slip)
}

// Page renders it.
func (s Sheet) Page() ([]byte, error) { return render("sheet.html", s) }
