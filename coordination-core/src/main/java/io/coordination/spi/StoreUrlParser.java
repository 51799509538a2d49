/*
 * Copyright 2026 the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.coordination.spi;

import io.coordination.spi.StoreUrl.Host;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@link StoreUrl}. Not {@link java.net.URI}: that knows one host only and repeats the whole text, secrets and all,
 * in its messages. A password with an unencoded {@code @ / ?} can end up in any other part of a URL, so a message here
 * counts hosts rather than showing them, and shows of an option its checked name only.
 */
final class StoreUrlParser {

    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*");
    private static final Pattern HOST = Pattern.compile("[\\p{L}\\p{N}._~-]+");
    private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9._~-]+");
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
    private static final Pattern OPTION = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private StoreUrlParser() {}

    static StoreUrl parse(String text) {
        if (text.isBlank()) {
            throw bad("is blank; write one such as ipc:// or redis://host:6379");
        }
        if (text.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))) {
            throw bad("has a space or a control character; remove it, or write a space that belongs there as %20");
        }
        var start = text.indexOf("://");
        if (start < 0 || !SCHEME.matcher(text.substring(0, start)).matches()) {
            throw bad("has no scheme; write one and :// in front, as in redis://host:6379");
        }
        if (text.indexOf('#') >= 0) {
            throw bad("has a '#'; write it as %23");
        }
        var scheme = text.substring(0, start).toLowerCase(Locale.ROOT);
        var rest = text.substring(start + 3);
        var query = rest.indexOf('?');
        var location = query < 0 ? rest : rest.substring(0, query);
        var slash = location.indexOf('/');
        var authority = slash < 0 ? location : location.substring(0, slash);
        var at = authority.indexOf('@');
        // Of u:p/w@h, u:p@w@h and /u:p@h nobody can say what is secret.
        if (rest.indexOf('@', at + 1) >= 0) {
            throw bad("has an '@' beside the one in front of the hosts; in user, password, path and options write"
                    + " @ as %40, / as %2F, ? as %3F and # as %23");
        }
        var user = at < 0 ? "" : authority.substring(0, at);
        var colon = user.indexOf(':');
        return new StoreUrl(
                scheme,
                emptyToNull(decode("user", colon < 0 ? user : user.substring(0, colon))),
                colon < 0 ? null : emptyToNull(decode("password", user.substring(colon + 1))),
                hosts(authority.substring(at + 1)),
                visible("path", slash < 0 ? "" : location.substring(slash)),
                options(query < 0 ? "" : rest.substring(query + 1)));
    }

    private static List<Host> hosts(String text) {
        var hosts = new ArrayList<Host>();
        for (var host : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            hosts.add(host("host " + (hosts.size() + 1), host));
        }
        return List.copyOf(hosts);
    }

    private static Host host(String which, String text) {
        if (text.startsWith("[")) {
            var end = text.indexOf(']');
            if (end < 0) {
                throw bad("has a '[' without a ']' at " + which);
            }
            return new Host(address(which, text.substring(1, end)), port(which, text.substring(end + 1)));
        }
        var colon = text.indexOf(':');
        var name = colon < 0 ? text : text.substring(0, colon);
        if (colon >= 0 && text.indexOf(':', colon + 1) >= 0) {
            throw bad("has more than one ':' at " + which + "; write an IPv6 address in brackets, as in [::1]:6379");
        }
        if (name.isEmpty()) {
            throw bad("has an empty " + which + "; write its name, or remove the comma too many");
        }
        if (!HOST.matcher(name).matches()) {
            throw bad(
                    "has a character at " + which + " that no host name has; allowed are letters, digits and . _ ~ -");
        }
        return new Host(name, port(which, colon < 0 ? "" : text.substring(colon)));
    }

    private static String address(String which, String text) {
        var percent = text.indexOf('%');
        var address = percent < 0 ? text : text.substring(0, percent);
        var zone = percent < 0 ? "" : text.substring(percent + (text.startsWith("%25", percent) ? 3 : 1));
        try {
            // In brackets the platform reads an address literal or fails; it never asks a name server.
            InetAddress.getByName("[" + address + "]");
        } catch (UnknownHostException e) {
            throw bad("has no IPv6 address in the brackets of " + which);
        }
        if (percent >= 0 && !ZONE.matcher(zone).matches()) {
            throw bad("has a bad zone in the brackets of " + which + "; write it as in [fe80::1%25eth0]");
        }
        return percent < 0 ? address : address + "%" + zone;
    }

    private static int port(String which, String text) {
        if (text.isEmpty()) {
            return -1;
        }
        var digits = text.substring(1);
        var port = text.startsWith(":") && PORT.matcher(digits).matches() ? Integer.parseInt(digits) : 0;
        if (port < 1 || port > 65535) {
            throw bad("has a bad port at " + which + "; a port is a number from 1 to 65535");
        }
        return port;
    }

    private static Map<String, String> options(String text) {
        var options = new LinkedHashMap<String, String>();
        for (var option : text.isEmpty() ? new String[0] : text.split("&", -1)) {
            var equals = option.indexOf('=');
            var name = equals < 0 ? option : option.substring(0, equals);
            if (equals < 0 || !OPTION.matcher(name).matches()) {
                throw bad(
                        "has an option that is not of the form name=value; between options write &, and & in a value as %26");
            }
            if (options.putIfAbsent(name, visible("option '" + name + "'", option.substring(equals + 1))) != null) {
                throw bad("has the option '" + name + "' twice; remove one");
            }
        }
        return Collections.unmodifiableMap(options);
    }

    private static String visible(String part, String text) {
        var decoded = decode(part, text);
        if (decoded.chars().anyMatch(Character::isISOControl)) {
            throw bad("has a control character in the " + part + "; remove it");
        }
        return decoded;
    }

    private static String decode(String part, String text) {
        var bytes = new ByteArrayOutputStream(text.length());
        var utf8 = text.getBytes(StandardCharsets.UTF_8);
        for (var i = 0; i < utf8.length; i++) {
            if (utf8[i] != '%') {
                bytes.write(utf8[i]);
                continue;
            }
            if (i + 2 >= utf8.length || !HexFormat.isHexDigit(utf8[i + 1]) || !HexFormat.isHexDigit(utf8[i + 2])) {
                throw bad("has a '%' in the " + part + " without two hexadecimal digits; write % itself as %25");
            }
            bytes.write(HexFormat.fromHexDigit(utf8[++i]) << 4 | HexFormat.fromHexDigit(utf8[++i]));
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw bad("has a percent-encoded " + part + " that is not UTF-8");
        }
    }

    static @Nullable String emptyToNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static StoreException bad(String rule) {
        return new StoreException(StoreException.Reason.BAD_URL, "the URL of the store " + rule);
    }
}
