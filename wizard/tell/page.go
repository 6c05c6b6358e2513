package tell

import (
	"reflect"
	"strings"

	"writeback/steps"
)

// Page is what stands by itself: a report.
type Page struct {
	Title    string
	Lead     []Block
	Sections []Section
	Foot     string
}

// Section is a part with a heading that the list of contents leads to.
type Section struct {
	ID, Title string
	Blocks    []Block
}

// clean makes every text of the page harmless: a control character, or one that
// changes the direction of writing, becomes an escape that is seen. Line feeds
// stay.
func clean(p *Page) { cleanValue(reflect.ValueOf(p).Elem()) }

func cleanValue(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		lines := strings.Split(v.String(), "\n")
		for i, l := range lines {
			lines[i] = steps.Plain(l)
		}
		v.SetString(strings.Join(lines, "\n"))
	case reflect.Pointer:
		if !v.IsNil() {
			cleanValue(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			cleanValue(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			cleanValue(v.Index(i))
		}
	}
}
