interface Entry {
  purposeName: string;
  channelName: string;
  state: string;
  how: string;
  at: Date;
  by: string | null;
  paper: string | null;
}

/**
 * Entries of the ledger as they were said: what somebody said at one moment, in one way, for several purposes on several
 * channels is one thing to read. Each thing is a full rectangle, so that it claims nothing that wasn't said.
 * @param entries newest first
 */
export function saidTogether<E extends Entry>(entries: readonly E[]): (E & { purposes: string; channels: string })[] {
  const moments = Map.groupBy(entries, ({ at, state, how, by, paper }) =>
    [Math.floor(at.getTime() / 1000), state, how, by, paper].join(' '),
  );
  return [...moments.values()].flatMap((moment) => {
    const ofChannel = Map.groupBy(moment, ({ channelName }) => channelName);
    const alike = Map.groupBy([...ofChannel.entries()], ([, of]) => of.map(({ purposeName }) => purposeName).sort().join(', ')); // prettier-ignore
    return [...alike.values()].map((channels) => ({
      ...channels[0]![1][0]!,
      purposes: channels[0]![1]
        .map(({ purposeName }) => purposeName)
        .toReversed()
        .join(', '),
      channels: channels.map(([name]) => name).join(', '),
    }));
  });
}
