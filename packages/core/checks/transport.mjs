// @ts-check
/** A call that is over a moment after it was joined. @type {import('@parley/core/provider').JobTransport} */
export const jobTransport = {
  async connect(_connection, { clock }) {
    return {
      name: 'room',
      localIdentity: 'agent',
      state: 'connected',
      participants: [],
      onEvent: (listener) => clock.after(50, () => listener({ type: 'disconnected', reason: 'it is over' })),
      async [Symbol.asyncDispose]() {},
    };
  },
  async dispose() {},
};
