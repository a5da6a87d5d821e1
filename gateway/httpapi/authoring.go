package httpapi

import (
	"net/http"
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
func (s *server) authorModule(c *gin.Context) error {
	name, err := param(c, "file")
	if err != nil {
		return err
	}
	text := web.AuthorModule(name)
	if text == nil {
		return newProblem(codeNoSuchPage, "There is nothing at this address.")
	}
	h := c.Writer.Header()
	tag := etag(text)
	h.Set("ETag", tag)
	h.Set("Cache-Control", "no-cache")
	if matches(c.GetHeader("If-None-Match"), tag) {
		c.Status(http.StatusNotModified)
		c.Writer.WriteHeaderNow()
		return nil
	}
	c.Data(http.StatusOK, "text/javascript; charset=utf-8", text)
	return nil
}
