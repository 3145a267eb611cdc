package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
)

// Keys are the API keys that let clients in. Only their digests are kept.
// Who tries wrong ones on [Protect] is slowed down.
type Keys struct {
	digests [][sha256.Size]byte
	guesses guesses
}

// NewKeys knows these keys. Without any, no client comes in by a key.
func NewKeys(keys ...string) *Keys {
	k := &Keys{}
	for _, key := range keys {
		k.digests = append(k.digests, sha256.Sum256([]byte(key)))
	}
	return k
}

// Name returns what a key is called in the log, key-1 and so on in the order in
// which they were configured, and whether it is one. How long that takes does
// not depend on how much of a guess is right.
func (k *Keys) Name(key string) (name string, ok bool) {
	digest, found := sha256.Sum256([]byte(key)), 0
	for i := range k.digests {
		same := subtle.ConstantTimeCompare(digest[:], k.digests[i][:])
		found = subtle.ConstantTimeSelect(same, i+1, found)
	}
	if found == 0 {
		return "", false
	}
	return fmt.Sprintf("key-%d", found), true
}
