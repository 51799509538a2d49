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
package io.coordination.contract;

import java.io.IOException;

/** A real server behind a proxy, which is the line that is cut and counted. */
public abstract class ProxiedBackend implements Backend, Backend.Line {

    private final FaultProxy proxy;

    /** A proxy in front of the server on this port. */
    protected ProxiedBackend(int port, FaultProxy.Protocol protocol) throws IOException {
        this.proxy = new FaultProxy(port, protocol);
    }

    public final FaultProxy proxy() {
        return proxy;
    }

    @Override
    public final Line line() {
        return this;
    }

    @Override
    public final void cut() {
        proxy.cut();
    }

    @Override
    public final void garble() {
        proxy.garble();
    }

    @Override
    public final void restore() {
        proxy.restore();
    }

    @Override
    public final void loseReplyOf(String call) {
        proxy.loseReplyOf(call);
    }

    @Override
    public final long trips() {
        return proxy.trips();
    }

    @Override
    public final void close() {
        proxy.close();
    }
}
