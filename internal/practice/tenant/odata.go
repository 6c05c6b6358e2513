package tenant

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// options are a request's query options, read and checked against the entity.
type options struct {
	entity  *entity
	columns []string // what is answered, in the entity's order
	named   bool     // by $select
	filter  predicate
	rising  bool // $orderby … asc
	sorted  bool // there is a $orderby
	top     int
	count   bool
	from    int // where the page starts, from $skiptoken
	asOf    time.Time
	sum     string // of what a $skiptoken belongs to
}

// list are the options of collections, one those of single entities.
var (
	list = []string{"$select", "$filter", "$orderby", "$top", "$count", "$skiptoken"}
	one  = []string{"$select"}
)

// options reads the query. Options with names that the service does not know are refused, too, where they have no dollar sign: this program has
// none of its own to send.
func (c *call) queryOptions(e *entity, allowed []string) (*options, error) {
	q, err := c.query()
	if err != nil {
		return nil, err
	}
	o := &options{entity: e, top: e.page, asOf: c.now}
	sum := sha256.New()
	for _, name := range list {
		if q.Has(name) && name != "$skiptoken" && name != "$top" {
			fmt.Fprintf(sum, "%s=%s\n", name, q.Get(name))
		}
	}
	o.sum = base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:9])
	for name := range q {
		if !slices.Contains(allowed, name) {
			return nil, inWords("The query option '%s' is not recognised or not allowed here.", name)
		}
		if err := o.read(c, name, q.Get(name)); err != nil {
			return nil, err
		}
	}
	o.choose()
	if size := c.options.PageSize; size > 0 && o.top > size {
		o.top = size
	}
	return o, nil
}

func (o *options) read(c *call, name, value string) (err error) {
	switch name {
	case "$select":
		o.named = true
		for _, n := range strings.Split(value, ",") {
			n = strings.TrimSpace(n)
			if _, ok := o.entity.property(n); !ok {
				return inWords("Could not find a property named '%s' on type 'microsoft.graph.%s'.", n, o.entity.name)
			}
			o.columns = append(o.columns, n)
		}
	case "$filter":
		o.filter, err = parseFilter(o.entity, value)
	case "$orderby":
		err = o.orderBy(value)
	case "$top":
		o.top, err = strconv.Atoi(value)
		if err != nil || o.top < 1 || o.top > o.entity.most {
			return inWords("Invalid page size specified: '%s'. Must be between 1 and %d inclusive.", value, o.entity.most)
		}
	case "$count":
		o.count = value == "true"
		if value != "true" && value != "false" {
			return inWords("Invalid value '%s' for $count query option found.", value)
		}
		if o.count && o.entity.eventual && c.Header.Get("ConsistencyLevel") != "eventual" {
			return inWords("$count is supported with the header ConsistencyLevel: eventual alone.")
		}
	case "$skiptoken":
		err = o.skipTo(value)
	}
	return err
}

func (o *options) orderBy(value string) error {
	words := strings.Fields(value)
	if len(words) == 0 || len(words) > 2 || !slices.Contains(o.entity.order, words[0]) {
		return inWords("Sorting by '%s' is not supported for resource '%s'.", value, o.entity.name)
	}
	direction := "asc"
	if len(words) == 2 {
		direction = words[1]
	}
	o.sorted, o.rising = true, direction == "asc"
	if direction != "asc" && direction != "desc" {
		return inWords("Syntax error in $orderby '%s'.", value)
	}
	return nil
}

// choose puts the columns in the entity's order. Without $select these are the ones that the service gives unasked.
func (o *options) choose() {
	var out []string
	for _, p := range o.entity.properties {
		if o.named && slices.Contains(o.columns, p.name) || !o.named && !p.rare {
			out = append(out, p.name)
		}
	}
	o.columns = out
}

// A skip token holds where the page starts, as of when, and what query it belongs to.
func (o *options) skipToken(from int) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %d %s", from, o.asOf.UnixNano(), o.sum))
}

func (o *options) skipTo(token string) error {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	var nanos int64
	var sum string
	if err == nil {
		_, err = fmt.Sscanf(string(raw), "%d %d %s", &o.from, &nanos, &sum)
	}
	if err != nil || sum != o.sum || o.from < 0 {
		return inWords("Skip token is invalid, or does not belong to this query.")
	}
	o.asOf = time.Unix(0, nanos)
	return nil
}

func (o *options) takes(r row) bool { return o.filter == nil || o.filter(r) }

// page is a page of a collection: rows from a place on, until it is full. rows yields those after o.from with their places, and goes on after a
// place only if asked.
func (c *call) page(o *options, path string, rows func(yield func(place int, r row) bool), total func() int) answer {
	var b bytes.Buffer
	n, next := 0, -1
	fmt.Fprintf(&b, `{"@odata.context":%s,`, quoted(c.context(path, o)))
	if o.count && o.from == 0 {
		fmt.Fprintf(&b, `"@odata.count":%d,`, total())
	}
	var values bytes.Buffer
	rows(func(place int, r row) bool {
		if !o.takes(r) {
			return true
		}
		if n == o.top {
			next = place
			return false
		}
		if n++; n > 1 {
			values.WriteByte(',')
		}
		o.write(&values, "", r)
		return true
	})
	if next >= 0 {
		fmt.Fprintf(&b, `"@odata.nextLink":%s,`, quoted(c.next(o, next)))
	}
	fmt.Fprintf(&b, `"value":[%s]}`, values.Bytes())
	return answer{status: 200, body: b.Bytes()}
}

// single is one entity.
func (c *call) single(o *options, path string, r row) answer {
	var b bytes.Buffer
	o.write(&b, c.context(path, o)+"/$entity", r)
	return answer{status: 200, body: b.Bytes()}
}

// write writes the columns of one entity.
func (o *options) write(b *bytes.Buffer, context string, r row) {
	sep := "{"
	if context != "" {
		fmt.Fprintf(b, `{"@odata.context":%s`, quoted(context))
		sep = ","
	}
	for _, name := range o.columns {
		b.WriteString(sep)
		sep = ","
		b.WriteString(quoted(name))
		b.WriteByte(':')
		b.WriteString(quoted(r(name)))
	}
	if sep == "{" {
		b.WriteString(sep)
	}
	b.WriteByte('}')
}

func quoted(v any) string {
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v)
	case nil:
		return "null"
	case string:
		if simple(v) {
			return `"` + v + `"`
		}
	}
	out, err := json.Marshal(v)
	if err != nil {
		panic(err) // rows are made of what JSON can say
	}
	return string(out)
}

// simple says that JSON writes the text as it is. Most texts of many users are: asking encoding/json would take most of a page's time.
func simple(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || strings.IndexByte(`"\\<>&`, c) >= 0 {
			return false
		}
	}
	return true
}

func (c *call) context(path string, o *options) string {
	out := "https://" + c.Host + "/v1.0/$metadata#" + path
	if o.named {
		out += "(" + strings.Join(o.columns, ",") + ")"
	}
	return out
}

// next is the address of the following page: this request's with another $skiptoken.
func (c *call) next(o *options, from int) string {
	q, _ := c.query()
	q.Set("$skiptoken", o.skipToken(from))
	return "https://" + c.Host + c.URL.Path + "?" + q.Encode()
}
