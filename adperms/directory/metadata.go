package directory

import (
	"encoding/binary"
	"fmt"
	"time"

	"writeback/adperms/secdesc"
)

// replPropertyMetaData holds, for every attribute of an object, how often and by
// which DC it was written (MS-ADTS 3.1.1.1.9; the layout is that of
// PROPERTY_META_DATA_VECTOR_V1 in MS-DRSR 5.162, little-endian, naturally aligned):
//
//	version    uint32  1
//	reserved   uint32
//	count      uint32
//	reserved   uint32
//	count × 48 bytes:
//	  attribute  uint32  ATTRTYP
//	  version    uint32
//	  changed    int64   seconds since 1601-01-01 UTC (DSTIME)
//	  invocation GUID    of the DC that made the write
//	  usn        int64   there
//	  local usn  int64   on this DC
const (
	metadataHead  = 16
	metadataEntry = 48

	// ATTRTYP of nTSecurityDescriptor, 1.2.840.113556.1.2.281: prefix 2 of the
	// fixed prefix table (MS-DRSR 5.16.4), 281.
	attrSecurityDescriptor = 0x20119

	secondsTo1970 = 11644473600 // from 1601
)

// attrMetadata is one attribute's entry.
type attrMetadata struct {
	version    uint32
	changed    time.Time
	invocation secdesc.GUID
	usn        uint64
}

func parseMetadata(b []byte) (map[uint32]attrMetadata, error) {
	if len(b) < metadataHead {
		return nil, fmt.Errorf("replPropertyMetaData: %d bytes are too few for its head", len(b))
	}
	if v := binary.LittleEndian.Uint32(b); v != 1 {
		return nil, fmt.Errorf("replPropertyMetaData: version %d is not known", v)
	}
	count := binary.LittleEndian.Uint32(b[8:])
	body := b[metadataHead:]
	if uint64(count)*metadataEntry != uint64(len(body)) {
		return nil, fmt.Errorf("replPropertyMetaData: %d entries do not fill %d bytes", count, len(body))
	}
	out := make(map[uint32]attrMetadata, count)
	for ; len(body) > 0; body = body[metadataEntry:] {
		seconds := int64(binary.LittleEndian.Uint64(body[8:])) - secondsTo1970
		out[binary.LittleEndian.Uint32(body)] = attrMetadata{
			version:    binary.LittleEndian.Uint32(body[4:]),
			changed:    time.Unix(seconds, 0).UTC(),
			invocation: secdesc.GUID(body[16:32]),
			usn:        binary.LittleEndian.Uint64(body[32:]),
		}
	}
	return out, nil
}
