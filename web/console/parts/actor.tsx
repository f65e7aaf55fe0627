type ActorProps = { actor: string; name: string | null | undefined; className?: string };

/**
 * Who did something. People know a key by its name, but anybody with an admin key may make one of the same name: its id
 * stands beside it.
 */
export function Actor({ actor, name, className = '' }: ActorProps) {
  if (!name) return <span className={`break-all ${className}`}>{actor}</span>;
  return (
    <span title={actor} className={className}>
      <bdi className="break-words">{name}</bdi> <span className="whitespace-nowrap text-muted text-xs">{actor}</span>
    </span>
  );
}
