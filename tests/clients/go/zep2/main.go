// Calls operations with github.com/getzep/zep-go/v2 at the server of the first argument, and prints
// the results as JSON.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	zep "github.com/getzep/zep-go/v2"
	"github.com/getzep/zep-go/v2/client"
	"github.com/getzep/zep-go/v2/core"
	"github.com/getzep/zep-go/v2/option"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func status(err error) int {
	var known *core.APIError
	if errors.As(err, &known) {
		return known.StatusCode
	}
	return 0
}

func main() {
	ctx := context.Background()
	// Without a limit, the client tries again after 409 and 5xx.
	c := client.NewClient(
		option.WithAPIKey("go"), option.WithBaseURL(os.Args[1]+"/api/v2"), option.WithMaxAttempts(1),
	)
	results := map[string]interface{}{}
	keep := func(name string, value interface{}, err error) {
		check(err)
		results[name] = value
	}

	user, err := c.User.Add(ctx, &zep.CreateUserRequest{UserID: "ann", FirstName: zep.String("Ann")})
	keep("user", user, err)
	updated, err := c.User.Update(ctx, "ann", &zep.UpdateUserRequest{Email: zep.String("ann@example.com")})
	keep("updated", updated, err)
	users, err := c.User.ListOrdered(ctx, &zep.UserListOrderedRequest{PageSize: zep.Int(10)})
	keep("users", users, err)

	for _, id := range []string{"s", "t"} {
		session, err := c.Memory.AddSession(ctx, &zep.CreateSessionRequest{
			SessionID: id, UserID: "ann", Metadata: map[string]interface{}{"channel": "chat"},
		})
		keep("session", session, err)
	}
	changed, err := c.Memory.UpdateSession(ctx, "s", &zep.UpdateSessionRequest{
		Metadata: map[string]interface{}{"order": 7},
	})
	keep("changed", changed, err)
	added, err := c.Memory.Add(ctx, "s", &zep.AddMemoryRequest{
		ReturnContext: zep.Bool(true),
		Messages: []*zep.Message{
			{RoleType: zep.RoleTypeUserRole, Role: zep.String("Ann"), Content: "I live in Bergen."},
			{RoleType: zep.RoleTypeAssistantRole, Content: "Noted."},
		},
	})
	keep("added", added, err)
	memory, err := c.Memory.Get(ctx, "s", &zep.MemoryGetRequest{Lastn: zep.Int(1)})
	keep("memory", memory, err)
	messages, err := c.Memory.GetSessionMessages(ctx, "s", &zep.MemoryGetSessionMessagesRequest{})
	keep("messages", messages, err)
	found, err := c.Memory.SearchSessions(ctx, &zep.SessionSearchQuery{
		Text: "Bergen", UserID: zep.String("ann"),
	})
	keep("found", found, err)
	facts, err := c.User.GetFacts(ctx, "ann")
	keep("facts", facts, err)
	sessions, err := c.User.GetSessions(ctx, "ann")
	keep("sessions", sessions, err)

	group, err := c.Group.Add(ctx, &zep.CreateGroupRequest{GroupID: "desk", Name: zep.String("Desk")})
	keep("group", group, err)
	episode, err := c.Graph.Add(ctx, &zep.AddDataRequest{
		GroupID: zep.String("desk"), Type: zep.GraphDataTypeText, Data: "Parcels leave at five.",
	})
	keep("episode", episode, err)

	ended, err := c.Memory.EndSession(ctx, "s", &zep.EndSessionRequest{})
	keep("ended", ended, err)
	both, err := c.Memory.EndSessions(ctx, &zep.EndSessionsRequest{SessionIDs: []string{"t", "s"}})
	keep("both", both, err)
	_, err = c.Memory.Add(ctx, "s", &zep.AddMemoryRequest{
		Messages: []*zep.Message{{RoleType: zep.RoleTypeUserRole, Content: "Late."}},
	})
	results["late"] = status(err)
	_, err = c.Memory.EndSession(ctx, "unknown", &zep.EndSessionRequest{})
	results["unknown"] = status(err)
	deleted, err := c.Memory.Delete(ctx, "s")
	keep("deleted", deleted, err)
	check(json.NewEncoder(os.Stdout).Encode(results))
}
