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
package io.coordination.spring.aop;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.ConstantDynamic;
import org.springframework.asm.Handle;
import org.springframework.asm.Label;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;

/**
 * Finds where a class calls methods of its own on {@code this}, past any proxy, by reading its bytecode. Follows which word of
 * the operand stack is {@code this}: a call through a field that holds the proxy is no self-invocation.
 */
final class SelfCalls {

    private SelfCalls() {}

    /**
     * Reads a class and those that it extends.
     *
     * @param type the class of a bean
     * @param guarded its methods that are looked for
     * @param found is told of the method that calls and the one that is called, once for each pair
     */
    static void in(Class<?> type, Collection<Method> guarded, BiConsumer<String, Method> found) {
        var targets = new HashMap<String, Method>();
        guarded.forEach(method -> targets.put(method.getName() + Type.getMethodDescriptor(method), method));
        var told = new LinkedHashSet<String>();
        for (var each = type; each != null && each != Object.class; each = each.getSuperclass()) {
            read(each, targets, (caller, method) -> {
                if (told.add(caller + " " + method)) {
                    found.accept(caller, method);
                }
            });
        }
    }

    private static void read(Class<?> type, Map<String, Method> targets, BiConsumer<String, Method> found) {
        var loader = type.getClassLoader();
        var file = type.getName().replace('.', '/') + ".class";
        // In a native image, and for classes that were made at run time, there is none.
        try (var bytes = loader == null ? null : loader.getResourceAsStream(file)) {
            if (bytes != null) {
                var reader = new ClassReader(bytes);
                reader.accept(new Methods(hierarchy(type), targets, found), ClassReader.SKIP_DEBUG);
            }
        } catch (IOException | RuntimeException unreadable) {
            // Of a version of Java that Spring can not read.
        }
    }

    private static Set<String> hierarchy(Class<?> type) {
        var names = new LinkedHashSet<String>();
        for (var each = type; each != null; each = each.getSuperclass()) {
            names.add(Type.getInternalName(each));
        }
        return names;
    }

    private static final class Methods extends ClassVisitor {

        private final Set<String> owners;
        private final Map<String, Method> targets;
        private final BiConsumer<String, Method> found;

        Methods(Set<String> owners, Map<String, Method> targets, BiConsumer<String, Method> found) {
            super(SpringAsmInfo.ASM_VERSION);
            this.owners = owners;
            this.targets = targets;
            this.found = found;
        }

        @Override
        public @Nullable MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            return (access & Opcodes.ACC_STATIC) != 0 ? null : new Body(caller(name));
        }

        /** The method that a lambda stands in. */
        private static String caller(String name) {
            var parts = name.split("\\$");
            return parts.length == 3 && parts[0].equals("lambda") ? parts[1] : name;
        }

        /** The operand stack, word by word: true where {@code this} is. Null where nothing gets to. */
        private final class Body extends MethodVisitor {

            private final String caller;
            private final Map<Label, Deque<Boolean>> branches = new HashMap<>();
            private @Nullable Deque<Boolean> stack = new ArrayDeque<>();

            Body(String caller) {
                super(SpringAsmInfo.ASM_VERSION);
                this.caller = caller;
            }

            private void push(int words) {
                if (stack != null) {
                    for (var i = 0; i < words; i++) {
                        stack.push(false);
                    }
                }
            }

            /** Whether the last word taken off was {@code this}. */
            private boolean pop(int words) {
                var last = false;
                for (var i = 0; i < words && stack != null && !stack.isEmpty(); i++) {
                    last = stack.pop();
                }
                return last;
            }

            private void change(int words) {
                if (words > 0) {
                    push(words);
                } else {
                    pop(-words);
                }
            }

            private void branch(Label to) {
                if (stack != null) {
                    branches.putIfAbsent(to, new ArrayDeque<>(stack));
                }
            }

            @Override
            public void visitLabel(Label label) {
                if (stack == null) {
                    stack = branches.get(label);
                }
            }

            @Override
            public void visitTryCatchBlock(Label start, Label end, Label handler, @Nullable String type) {
                var caught = new ArrayDeque<Boolean>();
                caught.push(false);
                branches.put(handler, caught);
            }

            @Override
            public void visitVarInsn(int opcode, int index) {
                switch (opcode) {
                    case Opcodes.ALOAD -> {
                        push(1);
                        if (index == 0 && stack != null) {
                            stack.pop();
                            stack.push(true);
                        }
                    }
                    case Opcodes.ILOAD, Opcodes.FLOAD -> push(1);
                    case Opcodes.LLOAD, Opcodes.DLOAD -> push(2);
                    case Opcodes.LSTORE, Opcodes.DSTORE -> pop(2);
                    case Opcodes.RET -> {}
                    default -> pop(1);
                }
            }

            @Override
            public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
                var sizes = Type.getArgumentsAndReturnSizes(descriptor);
                pop((sizes >> 2) - 1);
                var onThis = opcode != Opcodes.INVOKESTATIC && pop(1);
                push(sizes & 3);
                // A call of the super class's method is what an override does.
                if (onThis && opcode == Opcodes.INVOKEVIRTUAL) {
                    call(owner, name + descriptor);
                }
            }

            @Override
            public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
                var sizes = Type.getArgumentsAndReturnSizes(descriptor);
                var captured = pop((sizes >> 2) - 1);
                push(sizes & 3);
                for (var argument : arguments) {
                    if (captured && argument instanceof Handle handle && handle.getTag() == Opcodes.H_INVOKEVIRTUAL) {
                        call(handle.getOwner(), handle.getName() + handle.getDesc());
                    }
                }
            }

            private void call(String owner, String method) {
                var target = targets.get(method);
                if (target != null && owners.contains(owner)) {
                    found.accept(caller, target);
                }
            }

            @Override
            public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
                var words = Type.getType(descriptor).getSize();
                switch (opcode) {
                    case Opcodes.GETSTATIC -> push(words);
                    case Opcodes.PUTSTATIC -> pop(words);
                    case Opcodes.GETFIELD -> {
                        pop(1);
                        push(words);
                    }
                    default -> pop(words + 1);
                }
            }

            @Override
            public void visitIntInsn(int opcode, int operand) {
                if (opcode != Opcodes.NEWARRAY) {
                    push(1);
                }
            }

            @Override
            public void visitTypeInsn(int opcode, String type) {
                if (opcode == Opcodes.NEW) {
                    push(1);
                } else if (opcode != Opcodes.CHECKCAST) {
                    pop(1);
                    push(1);
                }
            }

            @Override
            public void visitLdcInsn(Object value) {
                push(
                        value instanceof Long || value instanceof Double
                                ? 2
                                : value instanceof ConstantDynamic dynamic ? dynamic.getSize() : 1);
            }

            @Override
            public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
                pop(dimensions);
                push(1);
            }

            @Override
            public void visitJumpInsn(int opcode, Label label) {
                if (opcode >= Opcodes.IF_ICMPEQ && opcode <= Opcodes.IF_ACMPNE) {
                    pop(2);
                } else if (opcode != Opcodes.GOTO) {
                    pop(1);
                }
                branch(label);
                if (opcode == Opcodes.GOTO) {
                    stack = null;
                }
            }

            @Override
            public void visitTableSwitchInsn(int min, int max, Label otherwise, Label... labels) {
                visitSwitch(otherwise, labels);
            }

            @Override
            public void visitLookupSwitchInsn(Label otherwise, int[] keys, Label[] labels) {
                visitSwitch(otherwise, labels);
            }

            private void visitSwitch(Label otherwise, Label[] labels) {
                pop(1);
                branch(otherwise);
                for (var label : labels) {
                    branch(label);
                }
                stack = null;
            }

            @Override
            public void visitInsn(int opcode) {
                switch (opcode) {
                    case Opcodes.DUP -> copy(1, 0);
                    case Opcodes.DUP_X1 -> copy(1, 1);
                    case Opcodes.DUP_X2 -> copy(1, 2);
                    case Opcodes.DUP2 -> copy(2, 0);
                    case Opcodes.DUP2_X1 -> copy(2, 1);
                    case Opcodes.DUP2_X2 -> copy(2, 2);
                    case Opcodes.SWAP -> {
                        copy(1, 1);
                        pop(1);
                    }
                    case Opcodes.ATHROW,
                            Opcodes.IRETURN,
                            Opcodes.LRETURN,
                            Opcodes.FRETURN,
                            Opcodes.DRETURN,
                            Opcodes.ARETURN,
                            Opcodes.RETURN -> stack = null;
                    default -> change(Words.of(opcode));
                }
            }

            /** Puts the topmost words a second time below so many others. */
            private void copy(int words, int below) {
                if (stack == null || stack.size() < words + below) {
                    stack = null;
                    return;
                }
                var top = new ArrayDeque<Boolean>();
                for (var i = 0; i < words + below; i++) {
                    top.add(stack.pop());
                }
                var copied = top.stream().limit(words).toList();
                for (var i = words - 1; i >= 0; i--) {
                    stack.push(copied.get(i));
                }
                for (var word = top.pollLast(); word != null; word = top.pollLast()) {
                    stack.push(word);
                }
            }
        }
    }

    /** By how many words an instruction without an operand makes the stack higher. */
    private static final class Words {

        private Words() {}

        static int of(int opcode) {
            if (opcode <= Opcodes.DCONST_1) {
                return opcode == Opcodes.NOP ? 0 : opcode == 9 || opcode == 10 || opcode >= 14 ? 2 : 1;
            }
            if (opcode >= Opcodes.IALOAD && opcode <= Opcodes.SALOAD) {
                return opcode == Opcodes.LALOAD || opcode == Opcodes.DALOAD ? 0 : -1;
            }
            if (opcode >= Opcodes.IASTORE && opcode <= Opcodes.SASTORE) {
                return opcode == Opcodes.LASTORE || opcode == Opcodes.DASTORE ? -4 : -3;
            }
            if (opcode >= Opcodes.IADD && opcode <= Opcodes.DREM) {
                return (opcode - Opcodes.IADD) % 2 == 0 ? -1 : -2;
            }
            if (opcode >= Opcodes.ISHL && opcode <= Opcodes.LUSHR) {
                return -1;
            }
            if (opcode >= Opcodes.IAND && opcode <= Opcodes.LXOR) {
                return (opcode - Opcodes.IAND) % 2 == 0 ? -1 : -2;
            }
            return switch (opcode) {
                case Opcodes.POP, Opcodes.MONITORENTER, Opcodes.MONITOREXIT -> -1;
                case Opcodes.POP2 -> -2;
                case Opcodes.I2L, Opcodes.I2D, Opcodes.F2L, Opcodes.F2D -> 1;
                case Opcodes.L2I, Opcodes.L2F, Opcodes.D2I, Opcodes.D2F -> -1;
                case Opcodes.FCMPL, Opcodes.FCMPG -> -1;
                case Opcodes.LCMP, Opcodes.DCMPL, Opcodes.DCMPG -> -3;
                default -> 0;
            };
        }
    }
}
