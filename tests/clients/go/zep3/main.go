// Calls operations with github.com/getzep/zep-go/v3 at the server of the first argument, and prints
// the results as JSON.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	zep "github.com/getzep/zep-go/v3"
	"github.com/getzep/zep-go/v3/client"
	"github.com/getzep/zep-go/v3/core"
	"github.com/getzep/zep-go/v3/option"
	"github.com/getzep/zep-go/v3/thread"
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
	c := client.NewClient(
		option.WithAPIKey("go"), option.WithBaseURL(os.Args[1]+"/api/v2"), option.WithMaxAttempts(1),
	)
	results := map[string]interface{}{}
	keep := func(name string, value interface{}, err error) {
		check(err)
		results[name] = value
	}

	user, err := c.User.Add(ctx, &zep.CreateUserRequest{UserID: "bo", TimeZone: zep.String("Europe/Oslo")})
	keep("user", user, err)
	created, err := c.Thread.Create(ctx, &zep.CreateThreadRequest{ThreadID: "t", UserID: "bo"})
	keep("thread", created, err)
	added, err := c.Thread.AddMessages(ctx, "t", &zep.AddThreadMessagesRequest{
		ReturnContext: zep.Bool(true),
		Messages: []*zep.Message{
			{Role: zep.RoleTypeUserRole, Name: zep.String("Bo"), Content: "I live in Bergen."},
			{Role: zep.RoleTypeAssistantRole, Content: "Noted."},
		},
	})
	keep("added", added, err)
	messages, err := c.Thread.Get(ctx, "t", &zep.ThreadGetRequest{Lastn: zep.Int(2)})
	keep("messages", messages, err)
	message, err := c.Thread.Message.Update(ctx, *messages.Messages[0].UUID, &thread.ThreadMessageUpdate{
		Metadata: map[string]interface{}{"n": 1},
	})
	keep("message", message, err)
	given, err := c.Thread.GetUserContext(ctx, "t", &zep.ThreadGetUserContextRequest{})
	keep("context", given, err)
	threads, err := c.Thread.ListAll(ctx, &zep.ThreadListAllRequest{PageSize: zep.Int(5)})
	keep("threads", threads, err)
	own, err := c.User.GetThreads(ctx, "bo")
	keep("own", own, err)
	graph, err := c.Graph.Create(ctx, &zep.CreateGraphRequest{GraphID: "desk"})
	keep("graph", graph, err)
	episode, err := c.Graph.Add(ctx, &zep.AddDataRequest{
		GraphID: zep.String("desk"), Type: zep.GraphDataTypeText, Data: "Parcels leave at five.",
	})
	keep("episode", episode, err)
	found, err := c.Graph.Search(ctx, &zep.GraphSearchQuery{
		GraphID: zep.String("desk"), Query: "When do parcels leave?",
	})
	keep("found", found, err)
	_, err = c.Thread.Get(ctx, "unknown", &zep.ThreadGetRequest{})
	results["unknown"] = status(err)
	deleted, err := c.Thread.Delete(ctx, "t")
	keep("deleted", deleted, err)
	check(json.NewEncoder(os.Stdout).Encode(results))
}
