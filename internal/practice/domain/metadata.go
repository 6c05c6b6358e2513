package domain

import (
	"encoding/binary"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// replPropertyMetaData tells of each attribute how often, when and where it was
// written: PROPERTY_META_DATA_VECTOR_V1 of MS-DRSR 5.162, little-endian. Of an
// attribute whose OID is under none of the fixed prefixes it tells nothing.
func (t *tree) metadata(e *entry) []byte {
	byType := map[uint32]stamp{}
	for name, s := range e.versions {
		if id, ok := attributeType(t.types.attribute(name)); ok {
			byType[id] = s
		}
	}
	le := binary.LittleEndian
	b := le.AppendUint32(nil, 1) // version
	b = le.AppendUint32(b, 0)
	b = le.AppendUint32(b, uint32(len(byType)))
	b = le.AppendUint32(b, 0)
	for _, id := range slices.Sorted(maps.Keys(byType)) {
		s := byType[id]
		b = le.AppendUint32(b, id)
		b = le.AppendUint32(b, s.version)
		b = le.AppendUint64(b, uint64(s.at.Unix()+11644473600))
		b = append(b, t.invocation[:]...)
		b = le.AppendUint64(b, uint64(s.usn))
		b = le.AppendUint64(b, uint64(s.usn))
	}
	return b
}

// prefixes are those of the fixed prefix table (MS-DRSR 5.16.4) that the
// schema's OIDs have.
var prefixes = map[string]uint32{
	"2.5.4": 0, "2.5.6": 1, "1.2.840.113556.1.2": 2, "1.2.840.113556.1.3": 3, "1.2.840.113556.1.4": 9, "1.2.840.113556.1.5": 10,
}

// attributeType is the ATTRTYP of an attribute: the number of its OID's prefix,
// then its last part.
func attributeType(a *attribute) (uint32, bool) {
	if a == nil {
		return 0, false
	}
	at := strings.LastIndexByte(a.oid, '.')
	if at < 0 {
		return 0, false
	}
	prefix, known := prefixes[a.oid[:at]]
	last, err := strconv.ParseUint(a.oid[at+1:], 10, 14) // a larger one has another encoding
	return prefix<<16 | uint32(last), known && err == nil
}
