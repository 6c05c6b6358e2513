package plain

import (
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"writeback/wizard/tell"
)

// A block that lines leave out is lost without a word. Figures, texts to be copied and
// parts with headings of their own are for pages.
func TestEveryBlockIsLaidOut(t *testing.T) {
	pages := []string{"Figures", "Code", "Sub"}
	for name, b := range everyBlock() {
		p := (&Renderer{Out: io.Discard}).page()
		p.show([]tell.Block{b})
		if shown := p.text.String() != ""; shown == slices.Contains(pages, name) {
			t.Errorf("%s: %q", name, p.text.String())
		}
		if !b.Gap && !slices.Contains(pages, name) && !strings.Contains(p.text.String(), "told") {
			t.Errorf("%s does not say what it is told: %q", name, p.text.String())
		}
	}
}

// everyBlock has one of each kind.
func everyBlock() map[string]tell.Block {
	all := map[string]tell.Block{}
	of := reflect.TypeFor[tell.Block]()
	for i := range of.NumField() {
		var b tell.Block
		fill(reflect.ValueOf(&b).Elem().Field(i))
		all[of.Field(i).Name] = b
	}
	return all
}

// fill puts something into every value, and "told" into every text.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("told")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[[]tell.Block]() {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	}
}
