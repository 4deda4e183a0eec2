/** From, event, to: every change of state is one of these rows. */
export type Transitions<S extends string, E extends string> = readonly (readonly [S, E, S])[]

/** The state that follows an event; undefined where the event does not belong to the state. */
export const nextState =
  <S extends string, E extends string>(transitions: Transitions<S, E>) =>
  (from: S, event: E): S | undefined =>
    transitions.find(([state, name]) => state === from && name === event)?.[2]
