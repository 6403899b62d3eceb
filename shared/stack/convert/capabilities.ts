/** Capabilities as the docker command sends them: in capitals, with their prefix, sorted, what is added not dropped. */
export function capabilities(
  add: string[] = [],
  drop: string[] = [],
): { CapabilityAdd?: string[]; CapabilityDrop?: string[] } {
  const added = normalised(add);
  const dropped = normalised(drop).filter((name) => !added.includes(name));
  return {
    ...(added.length === 0 ? {} : { CapabilityAdd: added }),
    ...(dropped.length === 0 ? {} : { CapabilityDrop: dropped }),
  };
}

function normalised(names: string[]): string[] {
  const all = names.map((name) => {
    const upper = name.trim().toUpperCase();
    return upper === 'ALL' || upper === 'RESET' || upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
  });
  // RESET is for an update of one service, not for a stack.
  return all.includes('ALL') ? ['ALL'] : [...new Set(all)].filter((name) => name !== 'RESET').sort();
}
