package httpapi

import (
	"sync"

	"github.com/gin-gonic/gin"

	"github.com/fairlead/fairlead/web"
)

var authorPolicy = []string{web.AuthorPolicy}

// authorDocument is the same for everybody, so it is made once.
var authorDocument = sync.OnceValues(func() (document, error) {
	html, err := web.Author{}.Page()
	if err != nil {
		return document{}, err
	}
	return compose(html)
})

// authorPage is where authors sign in their browsers.
func (s *server) authorPage(c *gin.Context) error {
	page, err := authorDocument()
	if err != nil {
		return err
	}
	c.Writer.Header()["Content-Security-Policy"] = authorPolicy
	return s.sendPage(c, s.Model.Status().Position, page)
}

// authorModule is a file of that page's program.
func (s *server) authorModule(c *gin.Context) error { return sendModule(c, web.AuthorModule) }
