#!/usr/bin/perl
# A server on a unix socket that answers whatever it gets with the same bytes, and closes the connection
# where they do not end a line.
# Usage: liar.pl SOCKET ANSWER, in which \r and \n stand for those bytes
use strict;
use warnings;
use IO::Socket::UNIX;

my ($path, $answer) = @ARGV;
$answer =~ s/\\r/\r/g;
$answer =~ s/\\n/\n/g;
$SIG{CHLD} = 'IGNORE';
my $listener = IO::Socket::UNIX->new(Local => $path, Listen => 64) or die "$path: $!\n";
while (1) {
  my $client = $listener->accept or next;
  next if fork;
  close $listener;
  while (sysread $client, my $request, 65536) {
    syswrite $client, $answer or exit;
    exit if $answer !~ /\n$/;
  }
  exit;
}
