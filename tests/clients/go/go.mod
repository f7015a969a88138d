// Programs with Zep's own Go clients, of the second and the third generation; test_zep_go.py runs them.
module understudy/clients

go 1.18

require (
	github.com/getzep/zep-go/v2 v2.22.0
	github.com/getzep/zep-go/v3 v3.25.0
)

require github.com/google/uuid v1.4.0 // indirect
