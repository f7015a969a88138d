/** The state of a namespace. */
import { bodyOf, type ControlClient } from "./http.js";
import type { RecordChange, State } from "./types.js";

/** The records, seed, clock and settings of a namespace. */
export class NamespaceState {
  constructor(private readonly client: ControlClient) {}

  /** Return the state: `state.apis[API][TENANT][COLLECTION].records[KEY]` is a record. */
  export(): Promise<State> {
    return bodyOf(this.client.GET("/state"));
  }

  /** Replace the parts of the state that are given; if something does not fit, nothing changes. */
  async load(state: State): Promise<void> {
    await this.client.PUT("/state", { body: state });
  }

  /** Put and delete single records, all of these or none; a change that is not as `expected` is refused. */
  async changeRecords(changes: readonly RecordChange[]): Promise<void> {
    await this.client.PATCH("/records", { body: [...changes] });
  }

  /** Save the state under a name. */
  async snapshot(name: string): Promise<void> {
    await this.client.PUT("/snapshots/{name}", { params: { path: { name } } });
  }

  /** Return the state that a snapshot has, as `load` takes it. */
  readSnapshot(name: string): Promise<State> {
    return bodyOf(this.client.GET("/snapshots/{name}", { params: { path: { name } } }));
  }

  /** Replace the state by that of a snapshot. */
  async restore(name: string): Promise<void> {
    await this.client.POST("/snapshots/{name}/restore", { params: { path: { name } } });
  }
}
