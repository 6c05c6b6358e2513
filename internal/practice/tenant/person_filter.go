package tenant

import (
	"fmt"
	"slices"
	"strings"
)

// anyOf reads the rest of collection/any(x:x/field eq 'literal'), the one lambda that is used (OData 4.01, URL conventions, 5.1.1.10.1). Spaces inside of
// it are not understood.
func (p *filterParser) anyOf(collection string) (predicate, error) {
	prop, ok := p.entity.property(collection)
	open, path, op, literal, end := p.next(), p.next(), p.next(), p.next(), p.next()
	variable, field, _ := strings.Cut(path, ":")
	field, own := strings.CutPrefix(field, variable+"/")
	switch {
	case !ok:
		return nil, inWords("Could not find a property named '%s' on type 'microsoft.graph.%s'.", collection, p.entity.name)
	case open != "(" || end != ")" || variable == "" || !own:
		return nil, fmt.Errorf("syntax error in any of %s", collection)
	case op != "eq" || !slices.Contains(strings.Fields(prop.any), field):
		return nil, inWords("Unsupported or invalid query filter clause specified for property '%s' of resource '%s'.", collection+"/"+field, p.entity.name)
	}
	want, err := unquote(literal)
	if err != nil {
		return nil, err
	}
	return func(r row) bool {
		all, _ := r(collection).([]object)
		return slices.ContainsFunc(all, func(one object) bool {
			have, is := one[field].(string)
			return is && strings.EqualFold(have, want)
		})
	}, nil
}
