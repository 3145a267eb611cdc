package memory

// chunkSize is how many elements lie together. Chunks never move once they are
// full, so a large table grows without copying itself.
const (
	chunkBits = 12
	chunkSize = 1 << chunkBits
)

// chunks is a growing table. Pointers into it are good until the next push.
type chunks[T any] struct {
	parts [][]T
	n     uint32
}

func (c *chunks[T]) at(i uint32) *T { return &c.parts[i>>chunkBits][i&(chunkSize-1)] }

// push adds an element and returns its index.
func (c *chunks[T]) push(v T) uint32 {
	last := len(c.parts) - 1
	if last < 0 || len(c.parts[last]) == chunkSize {
		first := chunkSize
		if last < 0 {
			first = 16 // a small campaign stays small
		}
		c.parts = append(c.parts, make([]T, 0, first))
		last++
	}
	if p := c.parts[last]; len(p) == cap(p) {
		grown := make([]T, len(p), min(2*cap(p), chunkSize))
		copy(grown, p)
		c.parts[last] = grown
	}
	c.parts[last] = append(c.parts[last], v)
	c.n++
	return c.n - 1
}
