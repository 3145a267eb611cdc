package postgres

// Option changes what [New] makes.
type Option func(*Store)

func build(s *Store, with []Option) *Store {
	s.notify = make(chan struct{}, 1)
	for _, o := range with {
		o(s)
	}
	return s
}
